//! What does it cost to tell, for every backup of a site, what one user may do with it?

use std::cell::LazyCell;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use interlock_tests::Native;

use crate::{POLICY, count, site};

/// How many of the answers are allow, deny and depends.
const VERDICTS: [usize; 3] = [2_362, 57_638, 0];

pub(crate) fn bench(criterion: &mut Criterion) {
    let query = LazyCell::new(|| {
        let query = site::query();
        let answers = POLICY.survey(&query).unwrap();
        assert_eq!(answers, Native::backup().survey(&query).unwrap());
        assert_eq!(count(answers.iter().map(|answer| answer.verdict)), VERDICTS);
        query
    });
    let mut group = criterion.benchmark_group("survey");
    group
        .sample_size(50)
        .measurement_time(Duration::from_secs(10))
        .throughput(Throughput::Elements((site::BACKUPS * site::ACTIONS.len()) as u64));
    let id = format!("{}x{}", site::BACKUPS, site::ACTIONS.len());
    group.bench_function(id, |bencher| bencher.iter(|| POLICY.survey(&query).unwrap()));
}
