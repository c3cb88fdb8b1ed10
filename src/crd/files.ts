/** Generates the CRD files and the rules of admission. Paths are relative to the root of the repository. */
import { COLLECTION_STYLE, dump, visit } from 'js-yaml';
import { admissionRules } from './admission.ts';
import { definitionOf } from './definition.ts';
import { modelKind } from './model.ts';
import { trainingRunKind } from './training-run.ts';

/** For `kubectl apply`, and for the chart, which adds annotations. */
const folders = ['manifests/crds', 'charts/bellwether/files/crds'];

const header = '# Generated from src/api by `make generate`; do not edit.\n';

/** The content of each file by its path. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const kind of [trainingRunKind, modelKind]) {
    const text = header + yaml(definitionOf(kind));
    for (const folder of folders) files.set(`${folder}/${kind.plural}.yaml`, text);
  }
  files.set('charts/bellwether/files/admission.yaml', header + yaml(admissionRules()));
  return files;
}

/** Writes lists of strings or numbers on one line. */
function yaml(value: object): string {
  return dump(value, {
    noRefs: true,
    lineWidth: -1,
    seqNoIndent: true,
    transform: documents =>
      visit(documents, node => {
        if (node.kind === 'sequence' && node.items.every(({ kind }) => kind === 'scalar'))
          node.style = COLLECTION_STYLE.FLOW;
      }),
  });
}
