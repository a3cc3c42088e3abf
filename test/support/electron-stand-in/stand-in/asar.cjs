const fs = require('node:fs');
const path = require('node:path');

/** Unpacks an asar archive, and what was left beside it unpacked, so that plain Node can run exactly what was packed. */
exports.extract = (asar, target) => {
  const archive = fs.readFileSync(asar);
  const header = JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12)));
  const content = 8 + archive.readUInt32LE(4);
  const extract = ({ files }, folder) => {
    for (const [name, entry] of Object.entries(files)) {
      const inside = path.join(folder, name);
      const file = path.join(target, inside);
      if (entry.files) {
        fs.mkdirSync(file, { recursive: true });
        extract(entry, inside);
      } else if (entry.link) fs.symlinkSync(path.join(target, entry.link), file);
      else if (entry.unpacked) fs.copyFileSync(path.join(`${asar}.unpacked`, inside), file);
      else {
        const start = content + Number(entry.offset);
        fs.writeFileSync(file, archive.subarray(start, start + entry.size), { mode: entry.executable ? 0o755 : 0o644 });
      }
    }
  };
  extract(header, '');
};
