/**
 * Kubernetes quantities, as the stack files write them: CPU in cores ("2") or thousandths ("500m"), memory in binary
 * units ("256Mi", "1Gi"). Kubernetes knows more forms; these are the ones that cannot be misread ("1G" is not "1Gi",
 * and "100m" of memory is a tenth of a byte).
 */

const cpuPattern = /^(?:(\d+)m|(\d+(?:\.\d{1,3})?))$/;
const memoryPattern = /^(\d+)(Mi|Gi)$/;
const bytesPerMebibyte = 1024 * 1024;

/** Thousandths of a core that a CPU quantity means, or undefined if it is none or not above zero. */
export function parseCpuMillicores(quantity: string): number | undefined {
  const match = cpuPattern.exec(quantity);
  if (match === null) return undefined;
  const millicores = match[1] === undefined ? Math.round(Number(match[2]) * 1000) : Number(match[1]);
  return millicores > 0 && Number.isSafeInteger(millicores) ? millicores : undefined;
}

/** Bytes that a memory quantity means, or undefined if it is none or not above zero. */
export function parseMemoryBytes(quantity: string): number | undefined {
  const match = memoryPattern.exec(quantity);
  if (match === null) return undefined;
  const bytes = Number(match[1]) * (match[2] === "Gi" ? 1024 : 1) * bytesPerMebibyte;
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `parseMemoryBytes` for a quantity that the settings have already accepted. Throws RangeError on any other. */
export function memoryBytes(quantity: string): number {
  const bytes = parseMemoryBytes(quantity);
  if (bytes === undefined) throw new RangeError(`"${quantity}" is no memory quantity; write 256Mi or 1Gi`);
  return bytes;
}

/** Whole mebibytes of a share of a memory quantity, rounded down. */
export function shareOfMemoryMebibytes(quantity: string, share: number): number {
  return Math.floor((memoryBytes(quantity) * share) / bytesPerMebibyte);
}
