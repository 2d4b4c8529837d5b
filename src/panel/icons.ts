import { LabIcon } from '@jupyterlab/ui-components';

function drawn(name: string, path: string): LabIcon {
  return new LabIcon({
    name: `jupyter-collab-agents:${name}`,
    svgstr:
      '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
      `<path class="jp-icon3" fill="#616161" d="${path}"/></svg>`
  });
}

/** Two speech balloons: the panel, its launcher and commands. */
export const collabIcon = drawn(
  'collab',
  'M3 3h12a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H8l-4 3.5V13H3a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z' +
    'M19 8h2a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2h-1v3.5L16 18h-5a2 2 0 0 1-2-2v-1h6a4 4 0 0 0 4-4z'
);

/** A face. */
export const reactIcon = drawn(
  'react',
  'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16z' +
    'M8.5 8a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zm7 0a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z' +
    'M12 17.5c2.3 0 4.3-1.5 5-3.5H7c.7 2 2.7 3.5 5 3.5z'
);

/** An arrow back. */
export const replyIcon = drawn(
  'reply',
  'M10 9V5l-7 7 7 7v-4.1c5 0 8.5 1.6 11 5.1-1-5-4-10-11-11z'
);

/** An arrow to the left. */
export const backIcon = drawn(
  'back',
  'M20 11H7.8l5.6-5.6L12 4l-8 8 8 8 1.4-1.4L7.8 13H20z'
);

/** One speech balloon with lines: the thread of a cell. */
export const discussIcon = drawn(
  'discuss',
  'M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z' +
    'm2 4v2h12V7zm0 4v2h8v-2z'
);
