//! Few rows in which any two values of any two factors meet.

/// For each row the value of each factor. The first row has the first value of each.
///
/// Every pair of values of two factors stands in some row. Few rows, not the fewest; always the same ones.
///
/// - `sizes`: how many values each factor has; at least one each.
pub(crate) fn pairwise(sizes: &[usize]) -> Vec<Vec<usize>> {
    let mut pairs = Pairs::new(sizes);
    let mut rows = vec![vec![0; sizes.len()]];
    pairs.meet(&rows[0]);
    if let [size] = sizes {
        rows.extend((1..*size).map(|value| vec![value]));
    }
    for first in 0..sizes.len() {
        for second in first + 1..sizes.len() {
            for (a, b) in (0..sizes[first]).flat_map(|a| (0..sizes[second]).map(move |b| (a, b))) {
                if !pairs.have_met((first, a), (second, b)) {
                    let row = pairs.row(sizes, [(first, a), (second, b)]);
                    pairs.meet(&row);
                    rows.push(row);
                }
            }
        }
    }
    rows
}

/// Which pairs of values have met.
struct Pairs {
    /// Where the values of each factor begin.
    starts: Vec<usize>,
    values: usize,
    met: Vec<bool>,
}

impl Pairs {
    fn new(sizes: &[usize]) -> Self {
        let mut values = 0;
        let starts = sizes
            .iter()
            .map(|size| {
                values += size;
                values - size
            })
            .collect();
        Self { starts, values, met: vec![false; values * values] }
    }

    fn place(&self, a: (usize, usize), b: (usize, usize)) -> usize {
        (self.starts[a.0] + a.1) * self.values + self.starts[b.0] + b.1
    }

    fn have_met(&self, a: (usize, usize), b: (usize, usize)) -> bool {
        self.met[self.place(a, b)]
    }

    fn meet(&mut self, row: &[usize]) {
        for (first, &a) in row.iter().enumerate() {
            for (second, &b) in row.iter().enumerate() {
                let place = self.place((first, a), (second, b));
                self.met[place] = true;
            }
        }
    }

    /// A row with two values given, in which as many others as can be meet for the first time.
    fn row(&self, sizes: &[usize], given: [(usize, usize); 2]) -> Vec<usize> {
        let mut chosen: Vec<Option<usize>> = vec![None; sizes.len()];
        given.iter().for_each(|&(factor, value)| chosen[factor] = Some(value));
        for factor in 0..sizes.len() {
            if chosen[factor].is_some() {
                continue;
            }
            let gain = |value: usize| {
                let fixed = chosen.iter().enumerate().filter_map(|(other, &chosen)| Some((other, chosen?)));
                fixed.filter(|&other| !self.have_met((factor, value), other)).count()
            };
            let mut best = (0, gain(0));
            for value in 1..sizes[factor] {
                let gain = gain(value);
                if gain > best.1 {
                    best = (value, gain);
                }
            }
            chosen[factor] = Some(best.0);
        }
        chosen.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_two_values_of_any_two_factors_meet(sizes in vec(1..6usize, 0..8)) {
            let rows = pairwise(&sizes);
            prop_assert!(rows.iter().all(|row| row.iter().zip(&sizes).all(|(value, size)| value < size)));
            prop_assert_eq!(&rows[0], &vec![0; sizes.len()]);
            for (first, &a_size) in sizes.iter().enumerate() {
                for (second, &b_size) in sizes.iter().enumerate().filter(|(second, _)| *second != first) {
                    for (a, b) in (0..a_size).flat_map(|a| (0..b_size).map(move |b| (a, b))) {
                        prop_assert!(rows.iter().any(|row| row[first] == a && row[second] == b));
                    }
                }
            }
            let most = sizes.iter().copied().max().unwrap_or(1);
            prop_assert!(sizes.len() > 1 || rows.len() == most);
        }
    }
}
