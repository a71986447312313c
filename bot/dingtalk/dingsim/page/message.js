/** Draws one message of a chat. */

import { el, button, icon } from './dom.js';
import { fileAddress } from './api.js';
import { createCard } from './card.js';
import { appendText, follow, pictureAddress } from './links.js';
import { renderMarkdown } from './markdown.js';
import { fileTile, pictureButton } from './viewer.js';
import { BOT_NAME, personAvatar } from './people.js';
import { clockTime, longDay, parseTime } from './time.js';

/**
 * @typedef {{userId: string, person: object, say: (text: string) => void}} Chat
 * @typedef {{node: HTMLElement, key: string, track: string, update: (entry: object) => void, recall: () => void}} Shown
 */

/**
 * Draws a message as a row of the chat.
 * @param {object} entry
 * @param {Chat} chat
 * @returns {Shown}
 */
export function renderMessage(entry, chat) {
  const own = entry.from === 'user';
  const card = isCard(entry) ? createCard(entry, chat) : null;
  const content = card?.node ?? renderContent(entry, chat);
  const moment = parseTime(entry.time);
  const node = el('article', {
    class: `message ${own ? 'is-own' : 'is-bot'}`,
    dataset: { seq: entry.seq, from: entry.from, kind: entry.msgKey },
    'aria-label': `${own ? chat.person.name : BOT_NAME} ${clockTime(moment)}`,
  },
  own ? personAvatar(chat.person) : botAvatar(),
  el('div', { class: 'message-main' },
    el('p', { class: 'message-time' }, own ? null : el('span', { class: 'message-who' }, BOT_NAME),
      el('time', { datetime: entry.time, title: longDay(moment) }, clockTime(moment))),
    content));
  return {
    node,
    key: entry.processQueryKey ?? '',
    track: entry.outTrackId ?? '',
    update: (next) => card?.update(next),
    recall: () => {
      node.classList.add('is-recalled');
      node.querySelector('.message-main').replaceChildren(recalledRemark());
    },
  };
}

/**
 * @param {object} entry
 * @returns {boolean}
 */
export function isCard(entry) {
  return entry.msgKey === 'card' || entry.msgKey === 'cardUpdate';
}

/** One builder for each kind of message. */
const KINDS = {
  text: (entry, chat) => textBubble(entry.param.content, chat),
  sampleText: (entry, chat) => textBubble(entry.param.content, chat),
  audio: voiceBubble,
  picture: (entry) => pictureBubble(fileAddress(fileOf(entry)), entry.param.fileName),
  sampleImageMsg: (entry) => pictureBubble(
    entry.fileId ? fileAddress(entry.fileId) : pictureAddress(String(entry.param.photoURL ?? '')), '图片'),
  file: (entry) => fileBubble({ name: entry.param.fileName, id: fileOf(entry), size: entry.param.size }),
  sampleFile: (entry) => fileBubble({ name: entry.param.fileName, id: fileOf(entry), type: entry.param.fileType }),
  sampleAudio: (entry) => fileBubble({ name: '语音', id: fileOf(entry) }),
  sampleVideo: (entry) => fileBubble({ name: '视频', id: fileOf(entry), type: entry.param.videoType }),
  sampleMarkdown: (entry, chat) => el('div', { class: 'bubble' }, renderMarkdown(String(entry.param.text ?? ''), chat)),
  sampleLink: linkBubble,
  recall: () => recalledRemark(), // of a message that this page does not know
};

function renderContent(entry, chat) {
  if (entry.msgKey.startsWith('sampleActionCard')) return actionCard(entry, chat);
  return (KINDS[entry.msgKey] ?? unknownBubble)(entry, chat);
}

const fileOf = (entry) => entry.fileId || entry.param.fileId || '';

function textBubble(content, chat) {
  const bubble = el('div', { class: 'bubble is-text' });
  appendText(bubble, String(content ?? ''), chat);
  return bubble;
}

function voiceBubble(entry) {
  return el('div', { class: 'bubble is-voice' },
    el('p', { class: 'voice-label' }, icon('voice'), '语音,识别为'),
    el('p', {}, String(entry.param.recognition ?? '')));
}

function pictureBubble(address, name) {
  return el('div', { class: 'bubble is-picture' }, pictureButton(address, name ?? '图片'));
}

function fileBubble(file) {
  return el('div', { class: 'bubble is-file' }, fileTile({ ...file, name: String(file.name ?? '文件') }));
}

function linkBubble(entry, chat) {
  const { title, text, picUrl, messageUrl } = entry.param;
  const picture = picUrl
    ? el('img', { class: 'link-picture', src: pictureAddress(picUrl), alt: '' })
    : el('span', { class: 'link-icon' }, icon('link'));
  picture.addEventListener('error', () => picture.remove());
  return button({ class: 'bubble link-card', dataset: { action: title }, on: { click: () => follow(String(messageUrl ?? ''), chat) } },
    el('span', { class: 'link-title' }, title),
    el('span', { class: 'link-row' }, el('span', { class: 'link-text' }, text), picture));
}

/** What DingTalk leaves of a recalled message. */
function recalledRemark() {
  return el('p', { class: 'recalled' }, `${BOT_NAME}撤回了一条消息`, el('span', { class: 'recalled-tag' }, '已撤回'));
}

/** The title of an action card is for notifications; the chat shows text and buttons. */
function actionCard(entry, chat) {
  // Template 6 is the documented one with its two buttons side by side.
  const beside = entry.msgKey === 'sampleActionCard6' ? ' is-beside' : '';
  return el('div', { class: 'bubble action-card' },
    renderMarkdown(String(entry.param.text ?? ''), chat),
    el('div', { class: `action-list${beside}` }, ...(entry.buttons ?? []).map(({ title, url }) => button({
      class: 'action', dataset: { action: title }, on: { click: () => follow(url ?? '', chat) },
    }, title))));
}

function unknownBubble(entry) {
  return el('div', { class: 'bubble' },
    el('p', { class: 'card-note' }, `这个页面还不会显示这种消息:${entry.msgKey}`),
    el('pre', { class: 'raw' }, JSON.stringify(entry.param, null, 1)));
}

function botAvatar() {
  return el('span', { class: 'avatar is-bot', 'aria-hidden': 'true' }, icon('bot'));
}
