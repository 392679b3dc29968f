//! A set of assignments as the union of few cubes.

/// For each condition the values that it may have, as bits; the set of assignments that have only such values.
pub(crate) type Mask = Vec<u8>;

/// Cubes whose union is exactly the set: each as large as it can be, none to spare, the largest first.
///
/// Few, not always the fewest. Equal sets have equal covers.
///
/// - `values`: how many values each condition has.
/// - `members`: whether an assignment is in the set, by its index: the first condition is the lowest digit of
///   a number in base `values`. Its length is `values` to the power of `conditions`.
pub(crate) fn cover(values: usize, conditions: usize, members: &[bool]) -> Vec<Mask> {
    let all = (1u8 << values) - 1;
    let mut matter = Vec::new();
    let mut members = members.to_vec();
    // What makes no difference stands in no cube; without it there is less to search.
    for condition in (0..conditions).rev() {
        let stride = values.pow(condition as u32);
        let differs = members.chunks(stride * values).any(|block| {
            let (first, others) = block.split_at(stride);
            others.chunks(stride).any(|other| other != first)
        });
        if differs {
            matter.push(condition);
        } else {
            members = members.chunks(stride * values).flat_map(|block| &block[..stride]).copied().collect();
        }
    }
    matter.reverse();
    let space = Space { values, conditions: matter.len(), members };
    let (upwards, downwards) = (space.cover(false), space.cover(true));
    let cubes = if downwards.len() < upwards.len() { downwards } else { upwards };
    let whole = |cube: Mask| {
        let mut mask = vec![all; conditions];
        matter.iter().zip(cube).for_each(|(&condition, allowed)| mask[condition] = allowed);
        mask
    };
    let mut cubes: Vec<Mask> = cubes.into_iter().map(whole).collect();
    cubes.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| b.cmp(a)));
    cubes
}

/// How many assignments a cube has.
pub(crate) fn size(cube: &Mask) -> u64 {
    cube.iter().map(|allowed| u64::from(allowed.count_ones())).product()
}

struct Space {
    values: usize,
    conditions: usize,
    members: Vec<bool>,
}

/// In how many orders a cube is tried to be enlarged.
const ORDERS: usize = 8;

impl Space {
    /// - `downwards`: begins at the last member instead of the first.
    fn cover(&self, downwards: bool) -> Vec<Mask> {
        let mut cubes: Vec<Mask> = Vec::new();
        let mut covered = vec![0u32; self.members.len()];
        let mut visit = |start: usize, covered: &mut Vec<u32>| {
            if self.members[start] && covered[start] == 0 {
                let cube = self.largest(start, covered);
                self.each(&cube, &mut |point| {
                    covered[point] += 1;
                    true
                });
                cubes.push(cube);
            }
        };
        if downwards {
            (0..self.members.len()).rev().for_each(|start| visit(start, &mut covered));
        } else {
            (0..self.members.len()).for_each(|start| visit(start, &mut covered));
        }
        // Later cubes may have covered all that an earlier one does.
        cubes.sort_by_key(size);
        cubes.retain(|cube| {
            let needed = !self.each(cube, &mut |point| covered[point] > 1);
            if !needed {
                self.each(cube, &mut |point| {
                    covered[point] -= 1;
                    true
                });
            }
            needed
        });
        cubes
    }

    /// Of the cubes around a member that cannot be enlarged, one that covers most of what is not yet covered.
    fn largest(&self, start: usize, covered: &[u32]) -> Mask {
        let mut best: Option<(u64, Mask)> = None;
        for first in 0..self.conditions.clamp(1, ORDERS) {
            let cube = self.enlarged(start, first);
            let mut gain = 0;
            self.each(&cube, &mut |point| {
                gain += u64::from(covered[point] == 0);
                true
            });
            if best.as_ref().is_none_or(|(most, _)| gain > *most) {
                best = Some((gain, cube));
            }
        }
        best.map_or_else(Mask::new, |(_, cube)| cube)
    }

    /// The member alone, then condition by condition, from `first` on, every value that keeps it within the set.
    fn enlarged(&self, start: usize, first: usize) -> Mask {
        let mut rest = start;
        let mut cube: Mask = Vec::with_capacity(self.conditions);
        for _ in 0..self.conditions {
            cube.push(1 << (rest % self.values));
            rest /= self.values;
        }
        for condition in (first..self.conditions).chain(0..first.min(self.conditions)) {
            for value in 0..self.values {
                let kept = cube[condition];
                if kept >> value & 1 == 0 {
                    cube[condition] = 1 << value;
                    let fits = self.each(&cube, &mut |point| self.members[point]);
                    cube[condition] = if fits { kept | 1 << value } else { kept };
                }
            }
        }
        cube
    }

    /// Whether every assignment of a cube is as asked; stops at the first that is not.
    fn each(&self, cube: &Mask, wanted: &mut impl FnMut(usize) -> bool) -> bool {
        self.each_below(cube, self.conditions, 0, wanted)
    }

    fn each_below(
        &self,
        cube: &Mask,
        conditions: usize,
        point: usize,
        wanted: &mut impl FnMut(usize) -> bool,
    ) -> bool {
        let Some(highest) = conditions.checked_sub(1) else { return wanted(point) };
        let stride = self.values.pow(highest as u32);
        (0..self.values)
            .filter(|value| cube[highest] >> value & 1 != 0)
            .all(|value| self.each_below(cube, highest, point + value * stride, wanted))
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn digits(values: usize, conditions: usize, mut index: usize) -> Vec<usize> {
        (0..conditions)
            .map(|_| {
                let digit = index % values;
                index /= values;
                digit
            })
            .collect()
    }

    fn has(cube: &Mask, digits: &[usize]) -> bool {
        cube.iter().zip(digits).all(|(allowed, digit)| allowed >> digit & 1 != 0)
    }

    fn union_of(values: usize, conditions: usize, cubes: &[Mask]) -> Vec<bool> {
        let all = (0..values.pow(conditions as u32)).map(|index| digits(values, conditions, index));
        all.map(|digits| cubes.iter().any(|cube| has(cube, &digits))).collect()
    }

    /// Sets of any shape, and sets that are made of few cubes.
    fn sets() -> impl Strategy<Value = (usize, usize, Vec<bool>)> {
        (2..=3usize, 0..=5usize).prop_flat_map(|(values, conditions)| {
            let count = values.pow(conditions as u32);
            let scattered = vec(any::<bool>(), count);
            let allowed = 1u8..1 << values;
            let cubes = vec(vec(allowed, conditions), 0..5)
                .prop_map(move |cubes| union_of(values, conditions, &cubes));
            prop_oneof![scattered, cubes].prop_map(move |members| (values, conditions, members))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_cover_is_exactly_the_set_and_has_no_cube_to_spare((values, conditions, members) in sets()) {
            let cubes = cover(values, conditions, &members);
            prop_assert_eq!(&union_of(values, conditions, &cubes), &members);
            for left_out in 0..cubes.len() {
                let mut others = cubes.clone();
                others.remove(left_out);
                prop_assert_ne!(&union_of(values, conditions, &others), &members, "{:?}", cubes);
            }
            prop_assert_eq!(&cover(values, conditions, &members), &cubes);
        }

        #[test]
        fn a_cube_is_its_own_cover(values in 2..=3usize, cube in vec(1u8..8, 0..8)) {
            let all = (1u8 << values) - 1;
            let cube: Mask = cube.iter().map(|allowed| if allowed & all == 0 { all } else { allowed & all }).collect();
            let members = union_of(values, cube.len(), std::slice::from_ref(&cube));
            prop_assert_eq!(cover(values, cube.len(), &members), [cube]);
        }
    }

    #[test]
    fn nothing_has_an_empty_cover_and_everything_one_cube() {
        assert_eq!(cover(3, 2, &[false; 9]), Vec::<Mask>::new());
        assert_eq!(cover(3, 2, &[true; 9]), [vec![7, 7]]);
        assert_eq!(cover(2, 0, &[true]), [Mask::new()]);
    }
}
