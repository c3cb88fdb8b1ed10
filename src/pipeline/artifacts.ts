/**
 * Stage folders on disk. A folder is written under a temporary name, synced and renamed, so it is complete or does not
 * exist. No byte of it is used before its sha256 has been compared with the manifest.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Manifest, manifestSchema, type StageName } from '../api/artifacts.ts';
import { canonicalJson } from '../canonical-json.ts';
import { Failure } from '../failure.ts';
import { codeOf, storageFailure, storing, writeSynced } from './files.ts';
import { formatJsonArtifact, parseJsonArtifact } from './json-artifact.ts';
import { removeTemporaries, replaceFolder, temporaryPrefix } from './replace-folder.ts';

const manifestFile = 'manifest.json';

/** Lower-case hexadecimal sha256. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The folder of a run's stage. */
export function stageFolder(runFolder: string, stage: StageName): string {
  return join(runFolder, stage.toLowerCase());
}

/** A digest of the outputs, independent of the order in which they were written. */
export function outputDigest(outputs: Manifest['outputs']): string {
  return sha256(canonicalJson([...outputs].sort((a, b) => (a.file < b.file ? -1 : 1))));
}

/** A digest of a stage's work: equal digests mean equal outputs. */
export function inputDigest(work: Pick<Manifest, 'stage' | 'code' | 'parameters' | 'inputs'>): string {
  const { stage, code, parameters, inputs } = work;
  return sha256(canonicalJson({ stage, code, parameters, inputs }));
}

/** A stage folder with a valid manifest; files are verified when they are read. */
export interface StoredStage {
  readonly folder: string;
  readonly manifest: Manifest;
  /** @throws Failure InputMissing or InputAltered, naming the file and both digests. */
  read(file: string): Promise<Buffer>;
}

/**
 * Opens a finished stage.
 * @throws Failure InputMissing when it does not exist, InvalidArtifact or InputAltered when its manifest is wrong.
 */
export async function readStage(folder: string): Promise<StoredStage> {
  const manifest = parseManifest(folder, await readInput(join(folder, manifestFile)));
  return { folder, manifest, read: file => readVerified(folder, manifest, file) };
}

/** Reads every output once. @throws as `read`. */
export async function verifyStage(stage: StoredStage): Promise<void> {
  for (const { file } of stage.manifest.outputs) await stage.read(file);
}

/** The manifest of a stage that did this work and whose outputs still verify. @throws Failure when it cannot be read. */
export async function finishedStage(folder: string, digest: string): Promise<Manifest | undefined> {
  try {
    const stored = await readStage(folder);
    if (stored.manifest.inputDigest !== digest) return undefined;
    await verifyStage(stored);
    return stored.manifest;
  } catch (error) {
    // Missing or damaged: the stage runs again.
    if (error instanceof Failure && error.kind === 'Permanent') return undefined;
    throw error;
  }
}

function parseManifest(folder: string, bytes: Buffer): Manifest {
  const path = join(folder, manifestFile);
  const manifest = parseJsonArtifact(path, bytes, manifestSchema);
  if (
    outputDigest(manifest.outputs) !== manifest.outputDigest ||
    inputDigest(manifest) !== manifest.inputDigest
  ) {
    throw new Failure('InputAltered', `${path} was altered: its digests do not match its contents`, { path });
  }
  return manifest;
}

async function readVerified(folder: string, manifest: Manifest, file: string): Promise<Buffer> {
  const path = join(folder, file);
  const entry = manifest.outputs.find(output => output.file === file);
  if (entry === undefined) throw new Failure('InputMissing', `${folder} has no output ${file}`, { path });
  const bytes = await readInput(path);
  const actual = sha256(bytes);
  if (actual !== entry.sha256) {
    const how = bytes.length < entry.bytes ? 'truncated' : 'altered';
    throw new Failure('InputAltered', `${path} was ${how}: sha256 is ${actual}, expected ${entry.sha256}`, {
      path,
      expected: entry.sha256,
      actual,
    });
  }
  return bytes;
}

async function readInput(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
      throw new Failure('InputMissing', `${path} is missing`, { path }, error);
    }
    throw storageFailure(error, path);
  }
}

/** Writes a stage's outputs under a temporary name until they are complete. */
export class StageWriter {
  readonly #folder: string;
  readonly #temporary: string;
  readonly #outputs: Manifest['outputs'] = [];

  private constructor(folder: string, temporary: string) {
    this.#folder = folder;
    this.#temporary = temporary;
  }

  /** Starts with an empty folder, independent of those of other processes and earlier attempts. */
  static async create(folder: string): Promise<StageWriter> {
    const parent = dirname(folder);
    return storing(parent, async () => {
      await mkdir(parent, { recursive: true });
      const temporary = await mkdtemp(join(parent, temporaryPrefix(folder)));
      // mkdtemp restricts it to its owner; servers may run as another user.
      await chmod(temporary, 0o755);
      return new StageWriter(folder, temporary);
    });
  }

  /** @throws Failure DiskFull or StorageFailed; nothing of the stage becomes visible then. */
  async write(file: string, data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    await this.#put(file, bytes);
    this.#outputs.push({ file, bytes: bytes.length, sha256: sha256(bytes) });
  }

  /**
   * Writes the manifest and publishes the stage by one rename, which replaces an older one. Another process with the same
   * work finds it finished. Leftovers of killed attempts are removed.
   */
  async commit(
    work: Pick<Manifest, 'stage' | 'code' | 'parameters' | 'inputs' | 'metrics'>,
  ): Promise<Manifest> {
    const manifest: Manifest = {
      formatVersion: 1,
      inputDigest: inputDigest(work),
      outputDigest: outputDigest(this.#outputs),
      ...work,
      outputs: this.#outputs,
    };
    await this.#put(manifestFile, Buffer.from(formatJsonArtifact(manifest)));
    await storing(this.#folder, async () => {
      const isDone = async () => (await finishedStage(this.#folder, manifest.inputDigest)) !== undefined;
      await replaceFolder(this.#temporary, this.#folder, isDone);
      await removeTemporaries(this.#folder);
    });
    return manifest;
  }

  /** Removes everything written so far. */
  async discard(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true });
  }

  async #put(file: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.#temporary, file);
    await storing(join(this.#folder, file), () => writeSynced(path, bytes));
  }
}
