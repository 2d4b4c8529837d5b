import { LabIcon } from '@jupyterlab/ui-components';

function drawn(name: string, path: string): LabIcon {
  return new LabIcon({
    name: `jupyter-collab-agents:${name}`,
    svgstr:
      '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
      `<path class="jp-icon3" fill="#616161" d="${path}"/></svg>`
  });
}

const BODY =
  'h12a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2z' +
  'm0 2v9h12v-9zm6 2a1.75 1.75 0 0 1 1 3.2V18h-2v-1.8a1.75 1.75 0 0 1 1-3.2z';

/** A closed padlock. */
export const lockIcon = drawn(
  'lock',
  `M7 9V7a5 5 0 0 1 10 0v2h-2V7a3 3 0 0 0-6 0v2zM6 9${BODY}`
);

/** An open padlock. */
export const unlockIcon = drawn(
  'unlock',
  `M7 9V6a5 5 0 0 1 9.9-1l-2 .4A3 3 0 0 0 9 6v3zM6 9${BODY}`
);
