import { LabIcon } from '@jupyterlab/ui-components';

const REPLACE_CELL =
  '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">' +
  '<g class="jp-icon3" fill="#616161"><path d="M2 3h12v4H2zm1 1v2h10V4z"/>' +
  '<path d="M2 9h6v1H3v3h10v-1h1v2H2z"/>' +
  '<path d="M12.5 8v2h1.3L12 12l-1.8-2h1.3V8z"/></g></svg>';

/** New text in the place of a cell's. */
export const replaceCellIcon = new LabIcon({
  name: 'jupyter-collab-agents:replace-cell',
  svgstr: REPLACE_CELL
});
