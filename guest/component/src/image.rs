use alloc::vec;
use alloc::vec::Vec;

// Records of the contract, field by field: `b` a byte, `h` a half word, `w` a word, `s` a string, `?` the next
// field may be missing, parentheses a record, brackets a list of records. No other type occurs in them.

/// `manifest`.
pub(crate) const MANIFEST: &[u8] = b"sss[s][ss[b][sss[b]b(b[s]s)](b[s]s)][ssbs][sbs[s](b[s]s)][ss][ss[s]?s]\
[bbb[h]w[h][b][[b]w[www?bw][b](b[s]s)]][s][sbb[b]b]";

/// `decision`.
pub(crate) const DECISION: &[u8] = b"b[sbs[sssb]]?s[ss][s[s][s]]";

/// `situation`.
pub(crate) const SITUATION: &[u8] = b"bbbbww";

/// `request-error`: every case has a text, so it is laid out as a record of the case and the text.
pub(crate) const REQUEST_ERROR: &[u8] = b"bs";

/// Lays records out as the canonical ABI does, from their flat form.
///
/// One small interpreter in place of generated code for every record of the contract.
pub(crate) struct Image<'f> {
    /// Words and not bytes, for their alignment.
    words: Vec<u32>,
    /// First free byte.
    free: usize,
    flat: &'f [u8],
}

impl<'f> Image<'f> {
    /// The image of one record.
    ///
    /// - `schema`: its fields.
    /// - `flat`: its flat form.
    pub(crate) fn of(schema: &[u8], flat: &'f [u8]) -> Vec<u32> {
        Self::at(0, schema, flat)
    }

    /// The image of a result: 0 and what it is if all went well, 1 and the error if not.
    ///
    /// Both have words in them, so that either begins at the second word.
    pub(crate) fn of_result(good: bool, schema: &[u8], flat: &'f [u8]) -> Vec<u32> {
        let mut words = Self::at(4, schema, flat);
        words[0] = u32::from(!good);
        words
    }

    fn at(start: usize, schema: &[u8], flat: &'f [u8]) -> Vec<u32> {
        // No field takes more than eight times what its flat form does: a length of four bytes becomes eight, a
        // missing string one byte for twelve, and padding is at most three bytes a field.
        let mut image = Self { words: vec![0; 2 * flat.len() + 32], free: 0, flat };
        image.free = start + layout(schema).0;
        image.record(schema, start);
        image.words
    }

    /// Fills the record at `start`.
    fn record(&mut self, schema: &[u8], start: usize) {
        let mut at = start;
        let mut rest = schema;
        while let Some((field, after)) = field(rest) {
            let (size, align) = layout(field);
            at = at.next_multiple_of(align);
            self.field(field, at);
            at += size;
            rest = after;
        }
    }

    fn field(&mut self, field: &[u8], at: usize) {
        match field[0] {
            b'?' => {
                let given = self.take(1);
                self.put(at, given, 1);
                if given == 1 {
                    let (_, align) = layout(&field[1..]);
                    self.field(&field[1..], at + align);
                }
            }
            b's' => {
                let length = self.take(4) as usize;
                self.span(at, self.free, length);
                for _ in 0..length {
                    let byte = self.take(1);
                    self.put(self.free, byte, 1);
                    self.free += 1;
                }
            }
            b'[' => {
                let item = &field[1..field.len() - 1];
                let (size, align) = layout(item);
                let length = self.take(4) as usize;
                let start = self.free.next_multiple_of(align);
                self.span(at, start, length);
                self.free = start + length * size;
                for position in 0..length {
                    self.record(item, start + position * size);
                }
            }
            b'(' => self.record(&field[1..field.len() - 1], at),
            number => {
                let size = width(number);
                let value = self.take(size);
                self.put(at, value, size);
            }
        }
    }

    /// A pointer into the image, and a length.
    fn span(&mut self, at: usize, start: usize, length: usize) {
        let address = self.words.as_ptr().addr() + start;
        self.put(at, address as u32, 4);
        self.put(at + 4, length as u32, 4);
    }

    fn put(&mut self, at: usize, value: u32, bytes: usize) {
        for byte in 0..bytes {
            self.words[(at + byte) / 4] |= (value >> (8 * byte) & 0xff) << (8 * ((at + byte) % 4));
        }
    }

    fn take(&mut self, bytes: usize) -> u32 {
        let (head, rest) = self.flat.split_at(bytes);
        self.flat = rest;
        head.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte))
    }
}

/// The first field of a schema, and what follows it.
fn field(schema: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut depth = 0;
    for (position, &letter) in schema.iter().enumerate() {
        match letter {
            b'[' | b'(' => depth += 1,
            b']' | b')' => depth -= 1,
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
            b's' | b'[' => (8, 4),
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
