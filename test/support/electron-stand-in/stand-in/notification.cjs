const { EventEmitter } = require('node:events');

/** What was shown, for tests to look at. */
const shown = [];

class Notification extends EventEmitter {
  static isSupported = () => true;
  static standInShown = shown;

  constructor({ title, body }) {
    super();
    this.title = title;
    this.body = body;
  }

  show() {
    shown.push({ title: this.title, body: this.body });
  }

  close() {
    this.emit('close');
  }
}

module.exports = { Notification };
