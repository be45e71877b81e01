import { hash, timingSafeEqual } from 'node:crypto';

/** True when both are the same text, in a time that tells nothing about where they differ or how long they are. */
export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

/** As `equalSecrets`, for signatures, whose length everybody knows: a fifth of its time. */
export function equalSignatures(left: string, right: string): boolean {
  const [ours, theirs] = [Buffer.from(left), Buffer.from(right)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
