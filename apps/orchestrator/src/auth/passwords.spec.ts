import { generatePassword, hashPassword, isPassword } from './passwords';

test('a password fits its own hash only, and no account fits none', async () => {
  const stored = await hashPassword('secret');
  expect(stored).toContain('$argon2id$');
  await expect(isPassword('secret', stored)).resolves.toBe(true);
  await expect(isPassword('Secret', stored)).resolves.toBe(false);
  await expect(isPassword('secret', undefined)).resolves.toBe(false);
});

test('generated passwords differ and are long', () => {
  expect(generatePassword()).not.toBe(generatePassword());
  expect(generatePassword()).toHaveLength(24);
});
