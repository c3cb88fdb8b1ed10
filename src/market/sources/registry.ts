/** Every source of bars by its name in the API. A source missing here or there does not compile. */
import type { DataSource } from '../../api/sources.ts';
import type { BarSource } from '../source.ts';
import { file } from './file/source.ts';
import { sample } from './sample/source.ts';
import { yahoo } from './yahoo/source.ts';

export const sources: Readonly<Record<DataSource, BarSource>> = {
  Yahoo: yahoo,
  Sample: sample,
  File: file,
};
