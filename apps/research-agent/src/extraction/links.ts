import { LinkifyIt } from 'linkify-it';
import { type Entity, entityAt } from './entity';

const linkify = new LinkifyIt({ fuzzyLink: true });
/** Without a scheme much looks like a link that is none: README.md, main.rs. */
const surelyHost = /^www\.|^[\w.-]+\.(?:com|org|net|edu|gov|io|dev|info)(?:[/:?#]|$)/i;

/** Web addresses and mail addresses. */
export function linksIn(text: string): Entity[] {
  return (linkify.match(text) ?? []).flatMap((match) => {
    const isMail = match.schema === 'mailto:';
    if (match.schema === '' && !surelyHost.test(match.raw)) return [];
    const confidence = match.schema === '' ? 0.8 : 0.98;
    const entity = entityAt(text, isMail ? 'email' : 'url', [match.index, match.lastIndex], confidence);
    return entity ? [entity] : [];
  });
}
