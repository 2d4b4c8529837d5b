export { Composer } from './Composer';
export type { IComposerHandle, IComposerProps } from './Composer';
export { describeAttachment, isSamePlace } from './attachments';
export type {
  ICommandChoice,
  ICompletionSources,
  IPersonChoice,
  IPlaceChoice
} from './completion';
