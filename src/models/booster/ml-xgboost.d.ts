/** The WebAssembly module inside ml-xgboost, as far as it is used here; the package has no types of its own. */
declare module 'ml-xgboost/dist/wasm/xgboost.js' {
  type Pointer = number;

  interface XgboostModule {
    /** Resolves once the WebAssembly code is ready. */
    readonly isReady: Promise<unknown>;
    /** Called for every line that the library prints. */
    print: (line: string) => void;
    printErr: (line: string) => void;
    /** The heap; replaced whenever it grows, so never keep a reference. */
    readonly HEAPU8: Uint8Array;
    readonly HEAPF32: Float32Array;
    _malloc(bytes: number): Pointer;
    _free(pointer: Pointer): void;
    _create_model(data: Pointer, labels: Pointer, rows: number, columns: number): Pointer;
    _free_memory_model(model: Pointer): void;
    _train_full_model(model: Pointer, iterations: number): void;
    /** Writes the model to a file in memory. Returns its size in bytes, -1 on failure. */
    _save_model(model: Pointer): number;
    /** Copies that file to `target`. */
    _get_file_content(target: Pointer, size: number): void;
    cwrap(
      name: 'set_param',
      returns: null,
      takes: ['number', 'string', 'string'],
    ): (model: Pointer, name: string, value: string) => void;
  }

  const xgboost: XgboostModule;
  export default xgboost;
}

/** The package's own wrapper, which tests and benchmarks compare with. */
declare module 'ml-xgboost' {
  interface XgboostModel {
    predict(rows: ArrayLike<number>[]): number[];
    /** The library's heap is not garbage-collected. */
    free(): void;
  }
  interface XgboostClass {
    load(stored: { name: 'ml-xgboost'; model: Uint8Array; options: Record<string, never> }): XgboostModel;
  }
  const ready: Promise<XgboostClass>;
  export default ready;
}
