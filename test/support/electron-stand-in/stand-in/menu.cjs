class MenuItem {
  constructor(options) {
    Object.assign(this, { enabled: true, visible: true }, options);
    this.submenu = Array.isArray(options.submenu) ? Menu.buildFromTemplate(options.submenu) : options.submenu;
    this.click = () => {
      if (this.enabled) options.click?.(this);
    };
  }
}

class Menu {
  static #application = null;
  items;

  constructor(items) {
    this.items = items;
  }

  static buildFromTemplate = (template) => new Menu(template.map((options) => new MenuItem(options)));
  static setApplicationMenu = (menu) => void (Menu.#application = menu);
  static getApplicationMenu = () => Menu.#application;

  getMenuItemById(id) {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
}

module.exports = { Menu, MenuItem };
