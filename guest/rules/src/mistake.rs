use core::fmt;

/// What is wrong with a [`Source`](crate::Source), in one sentence that names the place.
///
/// [`policy!`](crate::policy) stops compilation with this sentence.
#[derive(Clone, Copy)]
pub struct Mistake {
    bytes: [u8; Self::CAPACITY],
    length: usize,
}

impl Mistake {
    const CAPACITY: usize = 240;

    /// Joins the parts; what does not fit is cut.
    pub(crate) const fn new(parts: &[&str]) -> Self {
        let mut mistake = Self { bytes: [0; Self::CAPACITY], length: 0 };
        let mut part = 0;
        while part < parts.len() {
            let bytes = parts[part].as_bytes();
            let mut i = 0;
            while i < bytes.len() && mistake.length < Self::CAPACITY {
                // A name beyond ASCII is a mistake of its own; cutting it must not break the sentence.
                mistake.bytes[mistake.length] = if bytes[i].is_ascii() { bytes[i] } else { b'?' };
                mistake.length += 1;
                i += 1;
            }
            part += 1;
        }
        mistake
    }

    /// The sentence.
    #[must_use]
    pub const fn sentence(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "the policy has a mistake whose name is not text",
        }
    }
}

impl fmt::Debug for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl core::error::Error for Mistake {}
