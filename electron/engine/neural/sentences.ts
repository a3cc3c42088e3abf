import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { ReelbenchError } from '../../../shared/domain/error.ts';

/** Files of a sentence model in a local folder, as Hugging Face lays them out. */
export interface SentenceFiles {
  readonly model: string;
  readonly tokenizer: string;
  readonly tokenizerConfig: string | undefined;
}
export interface ToSentences {
  readonly id: number;
  readonly texts: readonly string[];
}
export type FromSentences =
  | { readonly id: number; readonly kind: 'progress'; readonly done: number }
  | { readonly id: number; readonly kind: 'done'; readonly vectors: Float32Array<ArrayBuffer> }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string; readonly file: string };

/** A person's own model of sentences, run on a thread of its own from files of this computer. */
export interface SentenceModel {
  /** Of its files' content: another model has another one. */
  readonly fingerprint: string;
  /** A row for each text: the mean of its tokens' vectors, of length 1. */
  embed(texts: readonly string[], call?: { readonly signal?: AbortSignal; readonly progress?: (done: number, total: number) => void }): Promise<Float32Array>;
  close(): Promise<void>;
}

const workerEntry = new URL(import.meta.url.endsWith('.ts') ? './sentence-worker.ts' : './sentence-worker.js', import.meta.url);
const HINT = 'The folder holds model.onnx (or onnx/model.onnx) and tokenizer.json, as sentence models are published for ONNX; recommenders.semantic.sentence_model names it. Without that parameter, own vectors are made.';

/** Opens the model in `folder`. @throws invalid-arguments for a folder that is not local, not-found for files that are missing */
export async function openSentenceModel(folder: string): Promise<SentenceModel> {
  const files = filesIn(folder);
  const hash = createHash('sha256');
  for (const file of [files.model, files.tokenizer]) for await (const piece of createReadStream(file)) hash.update(piece);
  return new RunningModel(files, hash.digest('hex'));
}

function filesIn(folder: string): SentenceFiles {
  if (/^[\\/]{2}/.test(folder) || folder.includes('://')) throw new ReelbenchError('invalid-arguments', `The sentence model ${folder} is not on this computer.`, { hint: 'Copy its folder to a local disk: nothing is read from the network.' });
  if (!path.isAbsolute(folder)) throw new ReelbenchError('invalid-arguments', `The folder of the sentence model is not a whole path: ${folder}.`, { hint: 'Name it from the root on, for instance /home/me/models/all-MiniLM-L6-v2.' });
  if (!existsSync(folder)) throw new ReelbenchError('not-found', 'The folder of the sentence model is not there.', { file: folder, hint: HINT });
  const model = [path.join(folder, 'model.onnx'), path.join(folder, 'onnx', 'model.onnx')].find((file) => existsSync(file));
  if (model === undefined) throw new ReelbenchError('not-found', 'The sentence model has no model.onnx.', { file: path.join(folder, 'model.onnx'), hint: HINT });
  const tokenizer = path.join(folder, 'tokenizer.json');
  if (!existsSync(tokenizer)) throw new ReelbenchError('not-found', 'The sentence model has no tokenizer.json.', { file: tokenizer, hint: HINT });
  const config = path.join(folder, 'tokenizer_config.json');
  return { model, tokenizer, tokenizerConfig: existsSync(config) ? config : undefined };
}

class RunningModel implements SentenceModel {
  readonly fingerprint: string;
  readonly #files: SentenceFiles;
  #worker: Worker | undefined;
  #next = 0;

  constructor(files: SentenceFiles, fingerprint: string) {
    this.#files = files;
    this.fingerprint = fingerprint;
  }

  async embed(texts: readonly string[], { signal, progress }: Parameters<SentenceModel['embed']>[1] = {}): Promise<Float32Array> {
    const cancelled = () => new ReelbenchError('cancelled', 'Cancelled.', { cause: signal?.reason });
    if (signal?.aborted) throw cancelled();
    const worker = this.#running();
    const id = this.#next++;
    const outcome = Promise.withResolvers<Float32Array>();
    const take = (message: FromSentences) => {
      if (message.id !== id) return;
      if (message.kind === 'progress') progress?.(message.done, texts.length);
      else if (message.kind === 'done') outcome.resolve(message.vectors);
      else outcome.reject(new ReelbenchError('invalid-input', message.message, { file: message.file, hint: HINT }));
    };
    const fail = (cause: unknown) => outcome.reject(new ReelbenchError('internal', `The sentence model stopped: ${cause instanceof Error ? cause.message : 'its thread ended'}.`, { file: this.#files.model, cause }));
    // A run cannot be stopped in its middle but with its thread.
    const abort = () => {
      outcome.reject(cancelled());
      void this.close();
    };
    worker.on('message', take).on('error', fail).on('exit', fail);
    signal?.addEventListener('abort', abort, { once: true });
    worker.postMessage({ id, texts } satisfies ToSentences);
    try {
      return await outcome.promise;
    } finally {
      worker.off('message', take).off('error', fail).off('exit', fail);
      signal?.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(workerEntry, { workerData: this.#files });
    worker.unref();
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    this.#worker = worker;
    return worker;
  }
}
