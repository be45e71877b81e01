// The oldest Node that runs Colloquy. Plain JavaScript of a kind that any Node reads, so that an older one can say so.
import process from 'node:process';

/** Major and minor number; `engines` in package.json says the same. */
export const OLDEST_NODE = [22, 19];

/** True for a Node that is recent enough; without a version, for the one that runs this. */
export function isRecentNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** Says in one line that this Node is too old and what to do about it, and ends the process with exit code 2. */
export function refuseOldNode(mend) {
  const wanted = `Node ${OLDEST_NODE.join('.')} or newer is needed`;
  process.stderr.write(`colloquy: this is Node ${process.versions.node} and ${wanted}; ${mend}\n`);
  process.exit(2);
}
