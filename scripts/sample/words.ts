/** The vocabulary that the invented films are made from: for each genre its nouns, places, people, troubles and tags. */
export interface GenreWords {
  /** How common the genre is among films. */
  readonly weight: number;
  readonly adjectives: readonly string[];
  readonly nouns: readonly string[];
  readonly people: readonly string[];
  readonly troubles: readonly string[];
  readonly tags: readonly string[];
}

const words = (text: string): string[] => text.split(',').map((word) => word.trim());

export const genreWords: Readonly<Record<string, GenreWords>> = {
  Action: {
    weight: 14, adjectives: words('Final, Burning, Loaded, Rapid, Broken, Iron, Last'), nouns: words('Strike, Payload, Convoy, Detonation, Extraction, Vendetta, Crossfire, Bounty'),
    people: words('a retired bodyguard, a disgraced pilot, a bomb disposal officer, two rival couriers'), troubles: words('must cross a city under siege in one night, must protect an old traitor, chased a hijacked freight train to the border'),
    tags: words('car chase, explosions, one against many, stunts, gunfight'),
  },
  Adventure: {
    weight: 11, adjectives: words('Lost, Hidden, Golden, Distant, Sunken, Uncharted'), nouns: words('Atlas, Expedition, Archipelago, Caravan, Compass, Summit, Passage, Delta'),
    people: words('a cartographer and her brother, a stubborn mule driver, the crew of a leaking schooner'), troubles: words('followed a map that redraws itself, set out for a river that no map shows, crossed a desert with a stolen compass'),
    tags: words('treasure hunt, exotic places, quest, survival, journey'),
  },
  Animation: {
    weight: 6, adjectives: words('Tiny, Paper, Clockwork, Velvet, Whispering'), nouns: words('Lantern, Fox, Kite, Orchard, Puddle, Snowglobe, Tinker, Moth'),
    people: words('a paper fox, a lamplighter’s daughter, a clockwork sparrow'), troubles: words('set out to return a borrowed star, learnt to speak with the rain, must wind the town clock before winter'),
    tags: words('hand-drawn, talking animals, stop motion, beautiful, family'),
  },
  Children: {
    weight: 6, adjectives: words('Little, Brave, Muddy, Curious, Upside-Down'), nouns: words('Otter, Treehouse, Holiday, Grandpa, Bicycle, Parade, Umbrella'),
    people: words('three cousins, a boy who is afraid of water, the smallest goat of the herd'), troubles: words('built a raft to reach the fair, hid a runaway circus pony, must save the library in one summer'),
    tags: words('heartwarming, kids, friendship, animals, cute'),
  },
  Comedy: {
    weight: 24, adjectives: words('Almost, Accidental, Perfectly, Slightly, Second-Hand, Reluctant'), nouns: words('Wedding, Neighbours, Landlord, Honeymoon, Casserole, Reunion, Alibi, Understudy'),
    people: words('a wedding planner who hates weddings, an out-of-work mime, four bad flatmates'), troubles: words('inherited a restaurant that nobody may close, must play happy families for a weekend, won an election by accident'),
    tags: words('funny, quirky, dark comedy, witty, satire, slapstick'),
  },
  Crime: {
    weight: 11, adjectives: words('Crooked, Cold, Dirty, Silent, Hollow'), nouns: words('Ledger, Informant, Heist, Docklands, Fence, Verdict, Syndicate, Alley'),
    people: words('an honest bookkeeper, a safecracker on parole, two detectives who share a secret'), troubles: words('found a second set of books, planned one last job in a flooded bank, followed a witness who does not exist'),
    tags: words('heist, mafia, corruption, police, gangster'),
  },
  Documentary: {
    weight: 5, adjectives: words('Inside, Beyond, Counting, Remembering'), nouns: words('Glacier, Harvest, Shipyard, Archive, Orchestra, Salt, Beekeepers, Signal'),
    people: words('the last operators of a cable ferry, a village choir, three generations of beekeepers'), troubles: words('looked back on the year the sea froze, showed how a city feeds itself, kept a machine alive that nobody builds any more'),
    tags: words('documentary, nature, history, thought-provoking, interviews'),
  },
  Drama: {
    weight: 30, adjectives: words('Quiet, Borrowed, Winter, Unfinished, Ordinary, Faithful'), nouns: words('Letters, Harbour, Inheritance, Daughters, Season, Silence, Orchard, Kitchen, Tide'),
    people: words('a widowed ferryman, a violin maker and her apprentice, two sisters who have not spoken for years'), troubles: words('came back to a house long sold, must decide who keeps the farm, waited for a letter that changes everything'),
    tags: words('melancholy, family drama, slow, moving, atmospheric, character study'),
  },
  Fantasy: {
    weight: 8, adjectives: words('Enchanted, Thorned, Silver, Forgotten, Mirrored'), nouns: words('Crown, Witchwood, Oath, Dragon, Kingdom, Spell, Raven, Throne'),
    people: words('a hedge witch, the king’s food taster, a knight without a name'), troubles: words('bargained with the forest for a child, carried a curse across three kingdoms, must wake a dragon to end a war'),
    tags: words('magic, dragons, sword and sorcery, fairy tale, mythology'),
  },
  'Film-Noir': {
    weight: 2, adjectives: words('Midnight, Double, Smoke, Neon'), nouns: words('Alibi, Avenue, Matchbook, Blonde, Rain, Confession'),
    people: words('a tired private eye, a nightclub singer, an insurance man'), troubles: words('fell for the wrong widow, found a dead man’s matchbook in the wrong coat, could not leave the city before dawn'),
    tags: words('black and white, femme fatale, noir, moody, voice-over'),
  },
  Horror: {
    weight: 9, adjectives: words('Pale, Crawling, Buried, Hungry, Unholy'), nouns: words('Cellar, Nursery, Hollow, Feast, Choir, Marsh, Scarecrow, Visitor'),
    people: words('a night nurse, the new lighthouse keeper, five students'), troubles: words('heard knocking from a bricked-up room, found that the fog comes back every seventh day, woke something under the parish church'),
    tags: words('haunted house, jump scares, gore, creepy, slasher'),
  },
  Musical: {
    weight: 3, adjectives: words('Singing, Velvet, Dancing, Golden'), nouns: words('Revue, Serenade, Ballroom, Encore, Chorus, Tango'),
    people: words('a chorus girl, a tone-deaf impresario, a street accordionist'), troubles: words('staged a revue in a condemned theatre, fell in love between two encores, swapped voices with a star'),
    tags: words('songs, dance, broadway, feel-good, show tunes'),
  },
  Mystery: {
    weight: 7, adjectives: words('Seventh, Missing, Locked, Veiled'), nouns: words('Witness, Cipher, Manor, Passenger, Portrait, Key, Footprint'),
    people: words('a retired librarian, the only passenger left, a forger of portraits'), troubles: words('received a letter dated tomorrow, must find out who died in the locked compartment, recognised a face in an old painting'),
    tags: words('whodunit, twist ending, detective, suspense, clues'),
  },
  Romance: {
    weight: 15, adjectives: words('Late, Tender, Paper, Second, Summer'), nouns: words('Hearts, Platform, Vows, Postcards, Affair, Promise, Dance, Café'),
    people: words('two translators, a baker and a lighthouse keeper, a divorced piano tuner'), troubles: words('met love on the same train once a year, wrote love letters for other people, must say yes before the snow melts'),
    tags: words('love story, bittersweet, chemistry, tearjerker, romantic'),
  },
  'Sci-Fi': {
    weight: 11, adjectives: words('Orbital, Stellar, Synthetic, Quantum, Dark, Parallel'), nouns: words('Station, Horizon, Signal, Colony, Paradox, Drift, Engine, Nebula'),
    people: words('a maintenance android, the last crew of a freighter, a physicist who cannot sleep'), troubles: words('answered a signal sent from the ship itself, found a second sun behind the first, must choose which timeline survives'),
    tags: words('space, time travel, robots, aliens, dystopia, space opera'),
  },
  Thriller: {
    weight: 14, adjectives: words('Deadly, Zero, Narrow, Last, Blind'), nouns: words('Witness, Deadline, Protocol, Trace, Ransom, Passenger, Border, Exit'),
    people: words('a court interpreter, a hostage negotiator, a woman with no record'), troubles: words('mistranslated one word on purpose, must find a recording before it is erased, learnt that the victim never existed'),
    tags: words('tense, conspiracy, plot twist, psychological, cat and mouse'),
  },
  War: {
    weight: 4, adjectives: words('Forgotten, Frozen, Eastern, Hollow'), nouns: words('Trench, Bridge, Armistice, Regiment, Outpost, Convoy'),
    people: words('a field telegraphist, twelve stragglers, an army cook'), troubles: words('held a bridge that no order mentions, carried a message that ends the war, shared a cellar with the enemy'),
    tags: words('battle, history, anti-war, soldiers, based on a true story'),
  },
  Western: {
    weight: 3, adjectives: words('Lonesome, Dusty, High, Crooked'), nouns: words('Trail, Saddle, Canyon, Marshal, Stagecoach, Gulch'),
    people: words('a horse thief, the widow of a marshal, a travelling dentist'), troubles: words('rode into a town without a well, must bring in an old friend, bet a ranch on one hand of cards'),
    tags: words('cowboys, gunslinger, desert, revenge, frontier'),
  },
};

export const places = words('Lisbon, Harrow Bay, Santa Rosalia, Kestrel Point, Vienna, Blackwater, Port Amity, Tromsø, Old Marrow, Valparaíso, Cinder Hill, the Salt Coast, Zürich, Belgravia, Ashdown');
export const names = words('Margot, Ezra, Ines, Tobias, Juno, Amadou, Petra, Silas, Noor, Ottilie, Rafael, Wren, Ingrid, Casimir, Léa, Björn, Mirela, Desmond');
