/** Writes the CustomResourceDefinitions from the schemas; with `--check` it writes none and fails where one differs. */
import { generatedFiles } from '../src/crd/files.ts';
import { isCheck, keepFiles } from './generated/keep-files.ts';

await keepFiles(generatedFiles(), isCheck(), "not as the schemas say: run 'make generate'");
