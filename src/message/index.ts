export { MessageBody } from './MessageBody';
export type { IMessageBodyProps } from './MessageBody';
export { NotebookCodeActions } from './codeActions';
export type { ICodeActions } from './codeActions';
export type { IMention } from './mentionMarks';
