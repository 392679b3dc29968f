use alloc::vec;
use alloc::vec::Vec;

use interlock_rules::Book;

// Records of the contract, field by field: `b` a byte, `h` a half word, `w` a word, `t` a text of the policy by its
// number, `s` any other string, `r` an input by its position, `?` the next field may be missing, brackets a list of
// records, parentheses a record. In a list of named things, which stands in angle brackets, `n` is the name of an item,
// `m` its second text, `R` the item as an input, and `c` and `C` its title: as it stands, or as the name tells it. `@`
// says that the rest of an offer stands at its place.

/// `manifest`.
pub(crate) const MANIFEST: &[u8] = b"sss<n><ns[b]<nCs[b]b(b[t]s)>(b[t]s)><ncbs><nbm[r](b[t]s)><nm><Rt[t]?t>\
[bb@b[h]w[h][b][[b]w[www?bw][b](b[t]s)]]<n>[tbb[b]b]";

/// `decision`.
pub(crate) const DECISION: &[u8] = b"b[tbs[tstb]]?t[tt][t[t][t]]";

/// `situation`.
pub(crate) const SITUATION: &[u8] = b"bbbbww";

/// `request-error`: every case has a text, so it is laid out as a record of the case and the text.
pub(crate) const REQUEST_ERROR: &[u8] = b"bs";

/// Lays records out as the canonical ABI does, from a book or an answer in flat form.
///
/// One small interpreter in place of generated code for every record of the contract.
pub(crate) struct Image<'f> {
    book: &'f Book,
    /// What is read, and where.
    flat: &'f [u8],
    at: usize,
    /// Words and not bytes, for their alignment.
    words: Vec<u32>,
    /// First free byte.
    free: usize,
    /// How many offers have been laid out.
    offers: usize,
    /// The first text of the item that is being laid out.
    item: u32,
}

impl<'f> Image<'f> {
    /// The image of the manifest. A first one, without words, only counts the bytes.
    pub(crate) fn of_manifest(book: &'f Book) -> Vec<u32> {
        let mut words = Vec::new();
        for _ in 0..2 {
            let image = Self::of(book, 0, MANIFEST, book.bytes(), book.manifest(), words);
            words = image.words;
            if words.is_empty() {
                words.resize(image.free / 4 + 1, 0);
            }
        }
        words
    }

    /// The image of a result: 0 and what it is if all went well, 1 and the error if not.
    ///
    /// Both have words in them, so that either begins at the second word.
    pub(crate) fn of_result(book: &'f Book, good: bool, schema: &[u8], flat: &'f [u8]) -> Vec<u32> {
        // No field takes more than twelve times what its flat form does: a missing string takes one byte, and
        // padding is at most three bytes a field.
        let words = vec![0; 3 * flat.len() + 32];
        let mut words = Self::of(book, 4, schema, flat, 0, words).words;
        words[0] = u32::from(!good);
        words
    }

    #[inline(never)]
    fn of(book: &'f Book, start: usize, schema: &[u8], flat: &'f [u8], at: usize, words: Vec<u32>) -> Self {
        let free = start + layout(schema).0;
        let mut image = Self { book, flat, at, words, free, offers: 0, item: 0 };
        image.record(schema, start);
        image
    }

    /// Fills the record at `start`.
    fn record(&mut self, schema: &[u8], start: usize) {
        let mut at = start;
        let mut rest = schema;
        let mut back = None;
        while let Some((field, after)) = field(rest) {
            let (size, align) = layout(field);
            at = at.next_multiple_of(align);
            if field[0] == b'@' {
                back = Some(self.at);
                self.at = self.book.places()[self.offers].into();
                self.offers += 1;
            } else {
                self.field(field, at);
            }
            at += size;
            rest = after;
        }
        self.at = back.unwrap_or(self.at);
    }

    fn field(&mut self, field: &[u8], at: usize) {
        match field[0] {
            b'?' => {
                let given = self.byte();
                self.put(at, given, 1);
                if given == 1 {
                    let (_, align) = layout(&field[1..]);
                    self.field(&field[1..], at + align);
                }
            }
            letter @ (b't' | b'n' | b'm' | b'r' | b'R') => {
                let number = match letter {
                    b'n' | b'R' => self.item,
                    b'm' => self.item + 1,
                    _ => self.number(),
                } as usize;
                if letter == b'r' || letter == b'R' {
                    self.string(self.book.path(number).as_bytes(), at);
                } else {
                    // A text of the policy stays where it is.
                    let text = self.book.text(number);
                    self.span(at, text.as_ptr().addr(), text.len());
                }
            }
            letter @ (b's' | b'c' | b'C') => {
                let length = self.number() as usize;
                let flat = self.flat;
                let given = &flat[self.at..self.at + length];
                self.at += length;
                if length == 0 && letter != b's' {
                    let title = self.book.title(self.item as usize, letter == b'C');
                    self.string(title.as_bytes(), at);
                } else {
                    self.string(given, at);
                }
            }
            b'[' | b'<' => {
                let item = &field[1..field.len() - 1];
                let (size, align) = layout(item);
                let length = self.number() as usize;
                let outer = self.item;
                let mut texts = 0;
                if field[0] == b'<' {
                    (self.item, texts) = (self.number(), self.number());
                }
                let start = self.free.next_multiple_of(align);
                self.span(at, self.address(start), length);
                self.free = start + length * size;
                for position in 0..length {
                    self.record(item, start + position * size);
                    self.item += texts;
                }
                self.item = outer;
            }
            b'w' => {
                let word = self.number();
                self.put(at, word, 4);
            }
            b'(' => self.record(&field[1..field.len() - 1], at),
            index => {
                let byte = self.byte();
                self.put(at, byte, width(index));
            }
        }
    }

    #[inline(never)]
    fn string(&mut self, bytes: &[u8], at: usize) {
        self.span(at, self.address(self.free), bytes.len());
        for &byte in bytes {
            self.put(self.free, byte.into(), 1);
            self.free += 1;
        }
    }

    /// An address, and a length.
    #[inline(never)]
    fn span(&mut self, at: usize, address: usize, length: usize) {
        self.put(at, address as u32, 4);
        self.put(at + 4, length as u32, 4);
    }

    /// The address of a place in the image.
    fn address(&self, place: usize) -> usize {
        self.words.as_ptr().addr() + place
    }

    fn put(&mut self, at: usize, value: u32, bytes: usize) {
        for byte in 0..bytes {
            if let Some(word) = self.words.get_mut((at + byte) / 4) {
                *word |= (value >> (8 * byte) & 0xff) << (8 * ((at + byte) % 4));
            }
        }
    }

    fn byte(&mut self) -> u32 {
        self.at += 1;
        self.flat[self.at - 1].into()
    }

    /// Seven bits a byte, the low ones first.
    fn number(&mut self) -> u32 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            number |= (byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return number;
            }
        }
    }
}

/// The first field of a schema, and what follows it.
fn field(schema: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut depth = 0;
    for (position, &letter) in schema.iter().enumerate() {
        match letter {
            b'[' | b'(' | b'<' => depth += 1,
            b']' | b')' | b'>' => depth -= 1,
            _ => {}
        }
        if depth == 0 && letter != b'?' {
            return Some(schema.split_at(position + 1));
        }
    }
    None
}

/// Size and alignment of the record that these fields make.
fn layout(schema: &[u8]) -> (usize, usize) {
    let (mut size, mut most) = (0usize, 1);
    let mut rest = schema;
    while let Some((field, after)) = field(rest) {
        let (bytes, align) = match field[0] {
            b'?' => {
                let (bytes, align) = layout(&field[1..]);
                (align + bytes, align)
            }
            b't' | b's' | b'n' | b'm' | b'r' | b'R' | b'c' | b'C' | b'[' | b'<' => (8, 4),
            b'@' => (0, 1),
            b'(' => layout(&field[1..field.len() - 1]),
            number => (width(number), width(number)),
        };
        size = size.next_multiple_of(align) + bytes;
        most = most.max(align);
        rest = after;
    }
    (size.next_multiple_of(most), most)
}

fn width(number: u8) -> usize {
    match number {
        b'h' => 2,
        b'w' => 4,
        _ => 1,
    }
}
