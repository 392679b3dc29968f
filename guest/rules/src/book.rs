use alloc::string::String;
use core::ops::Range;

/// Everything that a policy says, as texts and one run of bytes.
///
/// The bytes hold the manifest, field by field in the contract's order: a byte is a byte; masks, lengths and the
/// numbers of texts are written seven bits a byte, the low ones first, with the high bit set on all but the last; an
/// option begins with 0 or 1; a text that only the manifest tells stands there itself, after its length, or is empty
/// where the name tells it. After the length of a list of named things come the first text and how many texts there
/// are from one thing to the next: the first of each is its name. Of an offer, the manifest has mode and kind; the rest
/// stands at its place. Inputs are told by their positions.
///
/// What decides reads the offers out of the same bytes, so that a policy does what its manifest says.
#[derive(Clone, Copy)]
pub struct Book {
    pub(crate) text: &'static str,
    pub(crate) texts: Spans,
    pub(crate) bytes: &'static [u8],
    pub(crate) manifest: u16,
    pub(crate) places: &'static [u16],
    pub(crate) paths: &'static [(u8, u8)],
    /// The texts that name the first kind and the first attribute.
    pub(crate) kinds: u16,
    pub(crate) attributes: u16,
}

/// Scopes and names of paths. Kinds of related resources follow the scopes, attributes the names, by position.
pub(crate) const SCOPES: [&str; 3] = ["subject", "target", "parameter"];
pub(crate) const NAMES: [&str; 3] = ["id", "state", "roles"];

/// One start is kept for so many texts; a start for each would be a good part of a policy's size.
pub(crate) const TEXTS_A_BASE: usize = 16;

/// Where texts stand.
#[derive(Clone, Copy)]
pub(crate) struct Spans {
    pub(crate) lengths: &'static [u8],
    /// Where every [`TEXTS_A_BASE`]-th text starts.
    pub(crate) bases: &'static [u16],
}

impl Spans {
    fn start(&self, number: usize) -> usize {
        let base = number / TEXTS_A_BASE;
        let before = self.lengths.get(base * TEXTS_A_BASE..number).unwrap_or_default();
        let start = self.bases.get(base).map_or(0, |&start| start.into());
        before.iter().fold(start, |start, &length| start + usize::from(length))
    }

    #[inline(never)]
    fn of(&self, number: usize) -> Range<usize> {
        let start = self.start(number);
        start..start + self.lengths.get(number).map_or(0, |&length| length.into())
    }
}

impl Book {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &'static [u8] {
        self.bytes
    }

    /// Where among the bytes the manifest begins.
    #[must_use]
    pub fn manifest(&self) -> usize {
        self.manifest.into()
    }

    /// Where among the bytes the offers of the manifest stand from their kind on, in its order.
    #[must_use]
    pub fn places(&self) -> &'static [u16] {
        self.places
    }

    /// A text by its number; empty if there is none.
    #[must_use]
    #[inline(never)]
    pub fn text(&self, number: usize) -> &'static str {
        self.text.get(self.texts.of(number)).unwrap_or_default()
    }

    /// Every text that has a number.
    pub fn texts(&self) -> impl Iterator<Item = &'static str> {
        (0..self.texts.lengths.len()).map(|number| self.text(number))
    }

    /// The path of an input, by its position.
    #[must_use]
    pub fn path(&self, input: usize) -> String {
        let (scope, name) = self.paths.get(input).copied().unwrap_or_default();
        let mut path = String::new();
        match SCOPES.get(usize::from(scope)) {
            Some(scope) => path.push_str(scope),
            None => {
                path.push_str("related.");
                path.push_str(self.text(usize::from(self.kinds) + 2 * (usize::from(scope) - SCOPES.len())));
            }
        }
        path.push('.');
        path.push_str(match NAMES.get(usize::from(name)) {
            Some(name) => name,
            None => self.text(usize::from(self.attributes) + 2 * (usize::from(name) - NAMES.len())),
        });
        path
    }

    /// The title that a name tells: `force-delete` reads *Force delete*, or with every word *Force Delete*.
    #[must_use]
    pub fn title(&self, name: usize, every_word: bool) -> String {
        let mut title = String::new();
        let mut start = true;
        for letter in self.text(name).bytes().map(char::from) {
            title.push(match letter {
                '-' => ' ',
                letter if start => letter.to_ascii_uppercase(),
                letter => letter,
            });
            start = every_word && letter == '-';
        }
        title
    }

    pub(crate) fn action_at(&self, place: u16) -> u8 {
        self.bytes.get(usize::from(place)).copied().unwrap_or_default()
    }

    /// The position, among the `count` items of `parts` texts each from the `first` text on, of the one whose first
    /// text says `wanted`.
    #[inline(never)]
    pub(crate) fn position(&self, first: u16, parts: usize, count: usize, wanted: &str) -> Option<u8> {
        let mut start = self.texts.start(first.into());
        let lengths = self.texts.lengths.get(first.into()..).unwrap_or_default();
        for (position, item) in lengths.chunks(parts).take(count).enumerate() {
            let length = usize::from(item[0]);
            if length == wanted.len()
                && self.text.as_bytes().get(start..start + length) == Some(wanted.as_bytes())
            {
                return Some(position as u8);
            }
            start += item.iter().fold(0, |sum, &length| sum + usize::from(length));
        }
        None
    }

    pub(crate) fn at(&self, place: u16) -> Reader<'static> {
        Reader { bytes: self.bytes.get(usize::from(place)..).unwrap_or_default() }
    }
}

/// What is left of the bytes of a book or an answer; past their end everything reads as zero.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'b> {
    pub(crate) bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    #[inline(always)]
    pub(crate) fn byte(&mut self) -> u8 {
        let Some((&byte, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        byte
    }

    #[inline(always)]
    pub(crate) fn number(&mut self) -> u32 {
        let first = self.byte();
        if first < 0x80 { first.into() } else { self.long(first) }
    }

    #[inline(never)]
    fn long(&mut self, first: u8) -> u32 {
        let mut number = u32::from(first & 0x7f);
        let mut shift = 7;
        loop {
            let byte = self.byte();
            number |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or_default();
            shift += 7;
            if byte < 0x80 {
                return number;
            }
        }
    }

    /// A mask of a book: none has more than sixteen bits.
    fn mask(&mut self) -> u16 {
        self.number() as u16
    }

    /// A list of bytes.
    #[inline(always)]
    pub(crate) fn list(&mut self) -> &'b [u8] {
        let length = self.number() as usize;
        let (list, rest) = self.bytes.split_at_checked(length).unwrap_or_default();
        self.bytes = rest;
        list
    }
}

/// What an action on a kind reads and can cause in a mode.
#[derive(Clone, Copy)]
pub(crate) struct Offer {
    /// Indexes into the policy's conditions, in the order of the mask bits.
    pub(crate) conditions: &'static [u8],
    pub(crate) selectors: u16,
    /// Indexes into the policy's effects, in the order of the effect bits.
    pub(crate) effects: &'static [u8],
    /// States from which it is offered, ascending.
    pub(crate) states: &'static [u8],
    pub(crate) rules: Rules,
}

impl Offer {
    pub(crate) fn read(mut at: Reader<'static>) -> Self {
        // The action, which whoever looks up knows.
        at.byte();
        Self {
            conditions: at.list(),
            selectors: at.mask(),
            effects: at.list(),
            states: at.list(),
            rules: Rules { left: at.number(), at, last: None },
        }
    }

    /// The rule from a state.
    pub(crate) fn rule(&self, state: u8) -> Option<Rule> {
        self.rules.into_iter().find(|rule| among(rule.from, state))
    }
}

/// Whether a byte is among some.
#[expect(clippy::manual_contains, reason = "the library's search is made for long lists, and long itself")]
#[inline(never)]
pub(crate) fn among(bytes: &[u8], wanted: u8) -> bool {
    bytes.iter().any(|&byte| byte == wanted)
}

/// Rules that are still to be read.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    left: u32,
    at: Reader<'static>,
    /// The one before, which is skipped only when the next one is asked for.
    last: Option<Rule>,
}

impl Iterator for Rules {
    type Item = Rule;

    fn next(&mut self) -> Option<Rule> {
        self.left = self.left.checked_sub(1)?;
        if let Some(last) = self.last {
            self.at = last.after();
        }
        let at = &mut self.at;
        let rule =
            Rule { from: at.list(), requires: at.mask(), branches: Branches { left: at.number(), at: *at } };
        self.last = Some(rule);
        Some(rule)
    }
}

/// What an action requires and leads to from some states.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) from: &'static [u8],
    pub(crate) requires: u16,
    pub(crate) branches: Branches,
}

impl Rule {
    /// Actions named as ways out.
    pub(crate) fn ways_out(&self) -> &'static [u8] {
        self.end().list()
    }

    /// After its branches, ways out and provenance.
    #[inline(never)]
    fn after(&self) -> Reader<'static> {
        let mut at = self.end();
        at.list();
        at.byte();
        for _ in 0..at.number() {
            at.number();
        }
        at.list();
        at
    }

    /// After its branches.
    fn end(&self) -> Reader<'static> {
        let mut branches = self.branches;
        while branches.next().is_some() {}
        branches.at
    }
}

/// Branches that are still to be read.
#[derive(Clone, Copy)]
pub(crate) struct Branches {
    left: u32,
    at: Reader<'static>,
}

impl Iterator for Branches {
    type Item = Branch;

    fn next(&mut self) -> Option<Branch> {
        self.left = self.left.checked_sub(1)?;
        let at = &mut self.at;
        Some(Branch {
            when: at.mask(),
            unless: at.mask(),
            requires: at.mask(),
            next: if at.byte() == 1 { Some(at.byte()) } else { None },
            effects: at.mask(),
        })
    }
}

/// One end of a rule.
#[derive(Clone, Copy)]
pub(crate) struct Branch {
    pub(crate) when: u16,
    pub(crate) unless: u16,
    pub(crate) requires: u16,
    /// None: the state stays as it is.
    pub(crate) next: Option<u8>,
    pub(crate) effects: u16,
}
