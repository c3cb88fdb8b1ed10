/** The files that are generated from the schemas, by their paths from the root of the repository. */
import { dump } from 'js-yaml';
import { definitionOf } from './definition.ts';
import { modelKind } from './model.ts';
import { trainingRunKind } from './training-run.ts';

/** For people without Helm, and for the chart, which adds its own annotations. */
const folders = ['manifests/crds', 'charts/bellwether/files/crds'];

const header = '# Generated from src/api by `make generate`; do not edit.\n';

/** Each file's path and what it must hold. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const kind of [trainingRunKind, modelKind]) {
    const text = header + dump(definitionOf(kind), { noRefs: true, lineWidth: -1, seqNoIndent: true });
    for (const folder of folders) files.set(`${folder}/${kind.plural}.yaml`, text);
  }
  return files;
}
