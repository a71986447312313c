/** The input of a chat: text, attachments, and what went wrong with them. */

import { el, button, icon } from './dom.js';
import { reasonOf, sendFile, sendText } from './api.js';

const TALLEST = 160; // pixels; a longer text scrolls
const HAS_KEYBOARD = !window.matchMedia('(pointer: coarse)').matches;

/**
 * Builds the input of one chat.
 * @param {{id: string, name: string}} person who speaks
 * @param {{sent: () => void}} handlers told when the person has said something
 * @returns {{node: HTMLElement, say: (text: string) => void, attach: (files: Iterable<File>) => void, focus: () => void}}
 */
export function createComposer(person, handlers) {
  const input = el('textarea', {
    class: 'composer-input', rows: 1, dataset: { input: person.id }, enterkeyhint: 'send',
    'aria-label': `以${person.name}的身份输入消息`,
    placeholder: HAS_KEYBOARD ? '输入消息,Enter 发送,Shift+Enter 换行' : '输入消息',
  });
  const picker = el('input', {
    type: 'file', class: 'visually-hidden', multiple: true, tabindex: -1, dataset: { file: person.id }, 'aria-label': '选择要发送的文件',
  });
  const attachButton = button({ class: 'tool', on: { click: () => picker.click() } }, icon('clip'), '附件');
  const asFile = button({
    class: 'tool is-toggle', 'aria-pressed': 'false', title: '图片不作为图片,而作为文件(原图)发送',
    on: { click: () => asFile.setAttribute('aria-pressed', String(asFile.getAttribute('aria-pressed') !== 'true')) },
  }, '图片按文件发');
  const sendButton = button({ class: 'send', dataset: { send: person.id }, on: { click: () => submit() } }, '发送');
  const status = el('p', { class: 'composer-status', role: 'status', hidden: true });
  let queue = Promise.resolve(); // one after the other: messages must keep their order

  const report = (text, isError = false) => {
    status.textContent = text;
    status.hidden = !text;
    status.classList.toggle('is-error', isError);
  };
  const fit = () => {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, TALLEST)}px`;
    sendButton.classList.toggle('is-ready', input.value.trim() !== '');
  };

  function enqueue(task, failure) {
    queue = queue.then(async () => {
      try {
        await task();
        report('');
      } catch (error) {
        failure(reasonOf(error));
      }
    });
  }

  function say(text) {
    handlers.sent();
    enqueue(() => sendText(person.id, text), (reason) => {
      // Nothing typed may get lost, but what was typed meanwhile comes first.
      if (input.value === '') input.value = text;
      fit();
      report(`没有发出去:${reason}`, true);
    });
  }

  function attach(files) {
    const options = { asFile: asFile.getAttribute('aria-pressed') === 'true' };
    for (const file of files) {
      handlers.sent();
      enqueue(() => {
        report(`正在发送 ${file.name} …`);
        return sendFile(person.id, file, options);
      }, (reason) => report(`${file.name} 没有发出去:${reason}`, true));
    }
  }

  function submit() {
    const text = input.value.trim();
    if (text === '') return;
    input.value = '';
    fit();
    say(text);
    input.focus();
  }

  input.addEventListener('input', fit);
  input.addEventListener('keydown', (event) => {
    // While an input method composes, Enter picks a word; 229 is how older engines say so.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  input.addEventListener('paste', (event) => {
    const data = event.clipboardData;
    // Office programs put a picture beside the text; then the text is what was meant.
    if (!data?.files.length || data.types.includes('text/plain')) return;
    event.preventDefault();
    attach([...data.files]);
  });
  picker.addEventListener('change', () => {
    attach([...picker.files]);
    picker.value = ''; // so that the same file can be sent again
  });

  const node = el('div', { class: 'composer' }, status,
    el('div', { class: 'composer-box' }, input,
      el('div', { class: 'composer-tools' }, attachButton, asFile, picker, sendButton)));
  return { node, say, attach, focus: () => input.focus() };
}
