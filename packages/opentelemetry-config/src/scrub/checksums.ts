/** Whether digits (blanks and hyphens aside) form a payment card number: an issuer's first digit and the Luhn sum. */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, "");
  // 13 digits that begin with 1 are a time in milliseconds; no issuer has 0, 1, 7, 8 or 9.
  if (!/^[2-6]\d{12,18}$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Whether text is an international bank account number: its length and the remainder modulo 97. */
export function isIban(text: string): boolean {
  const compact = text.replace(/ /g, "");
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(compact)) return false;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
