/** Forms of interactive cards: drawing, checking and reading them. */

import { el, button, uniqueId } from './dom.js';

/**
 * @typedef {{name: string, label: string, type: string, hidden?: boolean, required?: boolean,
 *   requiredMsg?: string, placeholder?: string, options?: Array<{value: string, text: string}>,
 *   defaultValue?: any, readOnly?: boolean}} Field
 * @typedef {{node: HTMLElement, read: () => any, isGroup?: boolean}} Control
 */

/** One builder for each field type; an unknown type falls back to a text line. */
const CONTROLS = {
  TEXT: (field) => textControl(field, el('input', { type: 'text' })),
  TEXT_AREA: (field) => textControl(field, el('textarea', { rows: 3 })),
  NUMBER: numberControl,
  DATE: (field) => textControl(field, el('input', { type: 'date' })),
  DATETIME: dateTimeControl,
  CHECKBOX: checkboxControl,
  SELECT: selectControl,
  CHECKBOX_GROUP: (field) => groupControl(field, 'radio'),
  MULTI_SELECT: (field) => groupControl(field, 'checkbox'),
  MULTI_CHECKBOX_GROUP: (field) => groupControl(field, 'checkbox'),
};

/**
 * Builds a form.
 * @param {{fields: Field[]}} form
 * @param {{submit: (values: object, trigger: HTMLButtonElement) => void, cancel: () => void}} handlers
 * @returns {HTMLFormElement}
 */
export function buildForm(form, handlers) {
  const rows = (form.fields ?? []).map(fieldRow);
  const submit = el('button', { type: 'submit', class: 'card-button is-primary', dataset: { action: '提交' } }, '提交');
  const cancel = button({ class: 'card-button', dataset: { action: '取消' }, on: { click: handlers.cancel } }, '取消');
  const node = el('form', { class: 'form', novalidate: true },
    ...rows.map((row) => row.node),
    el('div', { class: 'form-actions' }, cancel, submit));
  node.addEventListener('submit', (event) => {
    event.preventDefault();
    const wrong = rows.filter((row) => !row.check());
    if (wrong.length > 0) wrong[0].focus();
    else handlers.submit(valuesOf(rows), submit);
  });
  return node;
}

function valuesOf(rows) {
  const values = {};
  for (const row of rows) {
    const value = row.read();
    if (value !== undefined) values[row.name] = value; // a choice not made is left out
  }
  return values;
}

/** Puts label, control and complaint of one field together. */
function fieldRow(field) {
  if (field.hidden) {
    return { name: field.name, node: null, read: () => field.defaultValue ?? '', check: () => true, focus() {} };
  }
  const control = (CONTROLS[field.type] ?? CONTROLS.TEXT)(field);
  const id = uniqueId('field');
  const complaint = el('p', { class: 'field-error', id: `${id}-error`, hidden: true });
  const label = [field.label, field.required ? el('span', { class: 'field-star', 'aria-hidden': 'true' }, '*') : null];
  const input = control.isGroup ? control.node : control.node.matches('input, select, textarea')
    ? control.node : control.node.querySelector('input');
  input.setAttribute('aria-describedby', complaint.id);
  if (field.required && !control.isGroup) input.setAttribute('aria-required', 'true');
  if (!control.isGroup) input.id = id;
  const node = control.isGroup
    ? el('fieldset', { class: 'field' }, el('legend', { class: 'field-label' }, ...label), control.node, complaint)
    : el('div', { class: 'field' }, el('label', { class: 'field-label', for: id }, ...label), control.node, complaint);
  node.dataset.field = field.name;

  const check = () => {
    const bad = Boolean(field.required) && isEmpty(control.read());
    complaint.textContent = bad ? field.requiredMsg || `请填写${field.label}` : '';
    complaint.hidden = !bad;
    if (bad) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    return !bad;
  };
  // Once complained about, a field is looked at again as soon as it changes.
  node.addEventListener('input', () => { if (!complaint.hidden) check(); });
  const focus = () => {
    (control.isGroup ? node.querySelector('input') : input)?.focus({ preventScroll: true });
    node.scrollIntoView({ block: 'nearest' }); // with its label, which the focus alone leaves out
  };
  return { name: field.name, node, read: control.read, check, focus };
}

function isEmpty(value) {
  if (value === undefined || value === null || value === false) return true;
  if (typeof value === 'object') return Array.isArray(value.index) && value.index.length === 0;
  return String(value).trim() === '';
}

function textControl(field, node) {
  if (field.placeholder) node.placeholder = field.placeholder;
  node.value = field.defaultValue ?? '';
  node.readOnly = Boolean(field.readOnly);
  return { node, read: () => node.value };
}

function numberControl(field) {
  const { node } = textControl(field, el('input', { type: 'number', step: 'any', inputmode: 'decimal' }));
  return { node, read: () => (node.value === '' ? '' : Number(node.value)) };
}

function dateTimeControl(field) {
  const value = String(field.defaultValue ?? '').replace(' ', 'T');
  const { node } = textControl({ ...field, defaultValue: value }, el('input', { type: 'datetime-local' }));
  return { node, read: () => node.value.replace('T', ' ') };
}

function checkboxControl(field) {
  const input = el('input', { type: 'checkbox', disabled: Boolean(field.readOnly) });
  input.checked = field.defaultValue === true || field.defaultValue === 'true';
  const node = el('span', { class: 'single-check' }, input, field.placeholder ?? '');
  return { node, read: () => input.checked };
}

function selectControl(field) {
  const options = field.options ?? [];
  const chosen = chosenIndexes(field)[0];
  const node = el('select', { disabled: Boolean(field.readOnly) },
    el('option', { value: '' }, field.placeholder || '请选择'),
    ...options.map((option, i) => el('option', { value: String(i), selected: i === chosen }, option.text)));
  const read = () => {
    const index = node.value === '' ? undefined : Number(node.value);
    return index === undefined ? undefined : { index, value: options[index].value };
  };
  return { node, read };
}

/** A set of choices: radio buttons give one answer, checkboxes a list. */
function groupControl(field, type) {
  const options = field.options ?? [];
  const chosen = chosenIndexes(field);
  const group = uniqueId('choice');
  const inputs = options.map((_, i) => {
    const input = el('input', { type, name: group, disabled: Boolean(field.readOnly) });
    input.checked = chosen.includes(i);
    return input;
  });
  const node = el('div', { class: 'choices' },
    ...options.map((option, i) => el('label', { class: 'choice' }, inputs[i], el('span', {}, option.text))));
  const read = () => {
    const index = inputs.flatMap((input, i) => (input.checked ? [i] : []));
    if (type === 'checkbox') return { index, value: index.map((i) => options[i].value) };
    return index.length ? { index: index[0], value: options[index[0]].value } : undefined;
  };
  return { node, read, isGroup: true };
}

/** A default may be an index, a value, a list of either, or {index, value}. */
function chosenIndexes(field) {
  const given = field.defaultValue;
  if (given === undefined || given === null || given === '') return [];
  const raw = typeof given === 'object' && !Array.isArray(given) ? given.index ?? given.value : given;
  const list = Array.isArray(raw) ? raw : [raw];
  return list.map((one) => (typeof one === 'number'
    ? one : (field.options ?? []).findIndex((option) => option.value === one)));
}
