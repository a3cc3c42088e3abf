import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeModel } from '../../electron/engine/neural/onnx.ts';

/** Groups of words: those of a group lie along one dimension, so that they are near one another and far from the rest. */
const groups = [
  ['robot', 'robots', 'machine', 'android', 'artificial', 'intelligence'],
  ['love', 'wedding', 'romance', 'letters', 'paris'],
  ['heist', 'thieves', 'mafia', 'crime', 'robbery'],
];
const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...groups.flat()];
const WIDTH = 4;

/** Writes a sentence model of a few words into `folder`: embeddings, without a layer. `output` may be one of a wrong shape. */
export async function writeSentenceModel(folder: string, output: 'tokens' | 'flat' | 'unknown-input' = 'tokens'): Promise<void> {
  await mkdir(folder, { recursive: true });
  const embeddings = new Float32Array(vocabulary.length * WIDTH);
  groups.forEach((words, group) => words.forEach((word) => (embeddings[vocabulary.indexOf(word) * WIDTH + group] = 1)));
  const input = (name: string) => ({ name, type: 'int64' as const, shape: [-1, -1] });
  const node = (operator: string, inputs: string[], outputs: string[], attributes = {}) => ({ operator, inputs, outputs, attributes, domain: '' });
  await writeFile(path.join(folder, 'model.onnx'), encodeModel({
    nodes: [node('Gather', ['embeddings', 'input_ids'], ['gathered'], { axis: 0 }), node(output === 'flat' ? 'ReduceMean' : 'Identity', ['gathered'], ['last_hidden_state'], output === 'flat' ? { axes: [0, 1, 2], keepdims: 0 } : {})],
    inputs: [input('input_ids'), input(output === 'unknown-input' ? 'pixel_values' : 'attention_mask')],
    outputs: [{ name: 'last_hidden_state', type: 'float32', shape: output === 'flat' ? [] : [-1, -1, WIDTH] }],
    constants: [{ name: 'embeddings', shape: [vocabulary.length, WIDTH], data: embeddings }],
  }));
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }));
  await writeFile(path.join(folder, 'tokenizer.json'), JSON.stringify({
    version: '1.0', truncation: null, padding: null, added_tokens: special,
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing', single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }], pair: [],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] } },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])) },
  }));
  await writeFile(path.join(folder, 'tokenizer_config.json'), JSON.stringify({ tokenizer_class: 'BertTokenizer', do_lower_case: true, unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', model_max_length: 64 }));
}
