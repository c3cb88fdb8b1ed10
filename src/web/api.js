// @ts-check
/** Calls of the API. */
import { ApiError, apiError } from './api-error.js';
import { html } from './html.js';

/**
 * @param {string} path
 * @returns {Promise<any>} the JSON answer
 */
export async function getJson(path) {
  return (await request(path, { headers: { accept: 'application/json' } })).json();
}

/**
 * @param {string} path
 * @param {unknown} value
 * @returns {Promise<any>} the JSON answer
 */
export async function postJson(path, value) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  return (await request(path, { method: 'POST', headers, body: JSON.stringify(value) })).json();
}

/**
 * @param {string} path
 * @param {RequestInit} init
 * @returns {Promise<Response>} a successful answer
 * @throws {ApiError}
 */
export async function request(path, init) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('The server cannot be reached. Is it running, and is the network up?');
  }
  if (response.ok) return response;
  throw await errorOf(response);
}

/** @param {Response} response */
async function errorOf(response) {
  const { status } = response;
  try {
    return apiError(status, (await response.json()).error);
  } catch {
    return new ApiError(`The server answered ${status} ${response.statusText}`, { status, code: 'Unknown' });
  }
}

/** Any failure as a notice in the page. @param {unknown} error */
export function notice(error) {
  const { message, code } = error instanceof ApiError ? error : { message: String(error), code: '' };
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  return html`<div class="notice" role="alert"><p>${sentence} ${code && html`<small>${code}</small>`}</p></div>`;
}
