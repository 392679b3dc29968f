//! What is known of a list of conditions, as one number.
//!
//! Each condition is unknown, false or true: a digit 0, 1 or 2 in base three, the first condition being the
//! lowest digit. Index 0 is nothing known; the highest index is everything true. The completions of an
//! assignment have higher indexes than itself, so whoever walks downwards meets them first.

/// The most conditions whose assignments have indexes: 3 to the power of 20 fits a `u32`, 21 does not.
pub const MAX_CONDITIONS: usize = 20;

/// 3 to the power of each position.
pub(crate) const POWERS: [u32; MAX_CONDITIONS] = {
    let mut powers = [1; MAX_CONDITIONS];
    let mut position = 1;
    while position < MAX_CONDITIONS {
        powers[position] = 3 * powers[position - 1];
        position += 1;
    }
    powers
};

/// How many assignments a list of conditions has: 3 to the power of its length, saturating.
///
/// ```
/// assert_eq!(interlock_analysis::assignments(10), 59_049);
/// assert_eq!(interlock_analysis::assignments(1_000), u64::MAX);
/// ```
pub fn assignments(conditions: usize) -> u64 {
    u32::try_from(conditions).map_or(u64::MAX, |power| 3u64.saturating_pow(power))
}

/// The bits `(holds, known)` of an assignment, as a situation has them; `holds` lies within `known`.
///
/// ```
/// // 7 is 21 in base three: the first condition is false, the second true.
/// assert_eq!(interlock_analysis::assignment(7), (0b10, 0b11));
/// assert_eq!(interlock_analysis::assignment(0), (0, 0));
/// ```
pub fn assignment(mut index: u32) -> (u32, u32) {
    let (mut holds, mut known, mut bit) = (0, 0, 1);
    while index != 0 {
        match index % 3 {
            0 => {}
            1 => known |= bit,
            _ => {
                known |= bit;
                holds |= bit;
            }
        }
        index /= 3;
        bit <<= 1;
    }
    (holds, known)
}

/// The index of an assignment, the inverse of [`assignment`]. Bits of `holds` outside `known` count as zero.
///
/// None where a condition beyond the first [`MAX_CONDITIONS`] is known.
///
/// ```
/// assert_eq!(interlock_analysis::assignment_index(0b10, 0b11), Some(7));
/// assert_eq!(interlock_analysis::assignment_index(0, 1 << 20), None);
/// ```
pub fn assignment_index(holds: u32, known: u32) -> Option<u32> {
    if known >> MAX_CONDITIONS != 0 {
        return None;
    }
    let digit = |position: usize| ((known >> position) & 1) * (1 + ((holds >> position) & 1));
    Some(POWERS.iter().enumerate().map(|(position, power)| digit(position) * power).sum())
}

/// Every assignment of `conditions` conditions as `(holds, known)`, by index. Those of fewer conditions are
/// a prefix of it, so one table serves offers of any length up to its own.
///
/// - `conditions`: at most [`MAX_CONDITIONS`].
pub(crate) fn table(conditions: usize) -> Vec<(u32, u32)> {
    let mut table = vec![(0, 0)];
    for position in 0..conditions.min(MAX_CONDITIONS) {
        let bit = 1 << position;
        let shorter = table.len();
        for (holds_bit, known_bit) in [(0, bit), (bit, bit)] {
            table.extend_from_within(..shorter);
            let longer = table.len();
            for (holds, known) in &mut table[longer - shorter..] {
                *holds |= holds_bit;
                *known |= known_bit;
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_and_assignment_are_inverse_up_to_the_last_index() {
        let last = u32::try_from(assignments(MAX_CONDITIONS) - 1).unwrap();
        for index in (0..100_000).chain(last - 100_000..=last) {
            let (holds, known) = assignment(index);
            assert_eq!(holds & !known, 0, "{index}");
            assert_eq!(assignment_index(holds, known), Some(index));
        }
        assert_eq!(assignment(last), ((1 << MAX_CONDITIONS) - 1, (1 << MAX_CONDITIONS) - 1));
    }

    #[test]
    fn the_table_lists_every_assignment_by_index_and_shorter_tables_are_prefixes() {
        let long = table(9);
        for conditions in 0..=9 {
            let short = table(conditions);
            assert_eq!(short.len() as u64, assignments(conditions));
            assert_eq!(short, long[..short.len()]);
        }
        for (index, &bits) in (0..).zip(&long) {
            assert_eq!(bits, assignment(index));
        }
    }

    #[test]
    fn completions_have_higher_indexes() {
        for index in 0..2_187 {
            let (holds, known) = assignment(index);
            for position in (0..7).filter(|position| known >> position & 1 == 0) {
                let bit = 1 << position;
                let of_false = assignment_index(holds, known | bit).unwrap();
                let of_true = assignment_index(holds | bit, known | bit).unwrap();
                assert_eq!(of_false, index + POWERS[position]);
                assert_eq!(of_true, index + 2 * POWERS[position]);
            }
        }
    }
}
