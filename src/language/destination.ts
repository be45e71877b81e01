/** True for a `<Destination>` that is a document to redirect to; any other is somebody to ring. */
export function isDocumentTarget(target: string): boolean {
  return /^https?:|^\.{0,2}\//i.test(target);
}
