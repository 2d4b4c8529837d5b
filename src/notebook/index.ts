export { connectDocuments } from './connectDocuments';
export { connectNotebooks } from './connectNotebooks';
export type { INotebookConnection } from './connectNotebooks';
export { KEEPS_FOLLOWING } from './followMode';
export { revealLocation } from './revealLocation';
export type { IRevealOptions } from './revealLocation';
