/** Entry of the thread that runs a person's own sentence model. Bundled as sentence-worker.js. */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { loadRuntime } from './runtime.ts';
import type { FromSentences, SentenceFiles, ToSentences } from './sentences.ts';

/** Texts in one run, and tokens of a text at most: what is beyond is left out. */
const BATCH = 32;
const LONGEST = 256;
const given = new Set(['input_ids', 'attention_mask', 'token_type_ids', 'position_ids']);

async function openModel({ model, tokenizer, tokenizerConfig }: SentenceFiles) {
  const refuse = (message: string, file: string) => Object.assign(new Error(message), { file });
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const parse = async (file: string): Promise<object> => {
    try {
      const value: unknown = JSON.parse(await readFile(file, 'utf8'));
      if (typeof value !== 'object' || value === null) throw new Error('it holds no object');
      return value;
    } catch (error) {
      throw refuse(`The tokenizer cannot be read: ${messageOf(error)}.`, file);
    }
  };
  const config = tokenizerConfig === undefined ? {} : await parse(tokenizerConfig);
  const words = await parse(tokenizer);
  const encoder = (() => {
    try {
      return new Tokenizer(words, config);
    } catch (error) {
      throw refuse(`The tokenizer is of a kind that is not known here: ${messageOf(error)}.`, tokenizer);
    }
  })();
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(model, {
    intraOpNumThreads: 1, interOpNumThreads: 1, executionProviders: ['cpu'], logSeverityLevel: 4, extra: { session: { intra_op: { allow_spinning: '0' } } },
  }).catch((error: unknown) => {
    throw refuse(`The model cannot be read as ONNX: ${messageOf(error)}.`, model);
  });
  const strange = session.inputNames.find((name) => !given.has(name));
  if (strange !== undefined || !session.inputNames.includes('input_ids')) {
    throw refuse(`The model wants ${session.inputNames.join(', ')}; a sentence model takes input_ids, and may take attention_mask, token_type_ids and position_ids.`, model);
  }
  const output = ['sentence_embedding', 'last_hidden_state', 'token_embeddings'].find((name) => session.outputNames.includes(name)) ?? session.outputNames[0] ?? '';
  const narrow = new Set(session.inputMetadata.filter((input) => input.isTensor && input.type === 'int32').map(({ name }) => name));
  const most = 'model_max_length' in config && typeof config.model_max_length === 'number' ? Math.min(LONGEST, config.model_max_length) : LONGEST;

  return async (texts: readonly string[]): Promise<{ vectors: Float32Array<ArrayBuffer>; width: number }> => {
    const encoded = texts.map((text) => {
      const { ids } = encoder.encode(text);
      // The last token closes the text where the first opened it.
      return ids.length <= most ? ids : [...ids.slice(0, most - 1), ids.at(-1) ?? 0];
    });
    const length = Math.max(1, ...encoded.map((ids) => ids.length));
    const tensor = (name: string, value: (row: number, place: number) => number) => {
      const dims = [texts.length, length];
      const at = (_: unknown, i: number) => value(Math.floor(i / length), i % length);
      return narrow.has(name)
        ? new runtime.Tensor('int32', Int32Array.from({ length: texts.length * length }, at), dims)
        : new runtime.Tensor('int64', BigInt64Array.from({ length: texts.length * length }, (_, i) => BigInt(at(_, i))), dims);
    };
    const isToken = (row: number, place: number) => Number(place < (encoded[row]?.length ?? 0));
    const values: Record<string, (row: number, place: number) => number> = {
      input_ids: (row, place) => encoded[row]?.[place] ?? 0, attention_mask: isToken, token_type_ids: () => 0, position_ids: (_row, place) => place,
    };
    const outputs = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, tensor(name, values[name] ?? (() => 0))])));
    const made = outputs[output];
    const dims = made?.dims ?? [];
    const width = dims.at(-1) ?? 0;
    const perToken = dims.length === 3 && dims[0] === texts.length && dims[1] === length;
    if (!made || !(made.data instanceof Float32Array) || width < 1 || !(perToken || (dims.length === 2 && dims[0] === texts.length))) {
      throw refuse(`The model’s output ${output} is ${made?.type ?? 'nothing'} of the shape [${dims.join(', ')}] for ${texts.length} texts of ${length} tokens; a sentence model gives float32 of [texts, tokens, dimensions] or [texts, dimensions].`, model);
    }
    const vectors = new Float32Array(texts.length * width);
    for (let row = 0; row < texts.length; row++) {
      const places = perToken ? length : 1;
      for (let place = 0; place < places; place++) {
        if (perToken && isToken(row, place) === 0) continue;
        for (let f = 0; f < width; f++) vectors[row * width + f] = (vectors[row * width + f] ?? 0) + (made.data[(row * places + place) * width + f] ?? 0);
      }
      normalise(vectors.subarray(row * width, (row + 1) * width));
    }
    return { vectors, width };
  };
}

function normalise(vector: Float32Array): void {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  for (let f = 0; f < vector.length; f++) vector[f] = length > 0 && Number.isFinite(length) ? (vector[f] ?? 0) / length : 0;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.replace(/\.$/, '') ?? '';
}

if (parentPort) {
  const port = parentPort;
  const files: SentenceFiles = workerData;
  const opened = openModel(files);
  opened.catch(() => undefined);
  const say = (message: FromSentences, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  let last: Promise<void> = Promise.resolve();
  port.on('message', ({ id, texts }: ToSentences) => {
    last = last.then(async () => {
      try {
        const embed = await opened;
        let all = new Float32Array(0);
        for (let from = 0; from < texts.length; from += BATCH) {
          const { vectors, width } = await embed(texts.slice(from, from + BATCH));
          if (from === 0) all = new Float32Array(texts.length * width);
          all.set(vectors, from * width);
          say({ id, kind: 'progress', done: Math.min(texts.length, from + BATCH) });
        }
        say({ id, kind: 'done', vectors: all }, [all.buffer]);
      } catch (error) {
        const file = error instanceof Error && 'file' in error ? String(error.file) : files.model;
        say({ id, kind: 'failed', message: messageOf(error), file });
      }
    });
  });
}
