import { LabIcon } from '@jupyterlab/ui-components';

const THREAD =
  '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">' +
  '<path class="jp-icon3" fill="#616161" d="M2 2h12a1 1 0 0 1 1 1v8a1 1 0 0 ' +
  '1-1 1H7l-4 3v-3H2a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zm.5 1.5v7h2V12l2-1.5h7v-7z"/></svg>';

/** What was said about a place. */
export const threadIcon = new LabIcon({
  name: 'jupyter-collab-agents:cell-thread',
  svgstr: THREAD
});
