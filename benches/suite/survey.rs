//! What does it cost to tell, for every backup of a site, what one user may do with it, and how does that grow?

use std::cell::LazyCell;
use std::sync::LazyLock;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use interlock::{Engine, Policy};
use interlock_policies::BACKUP;
use interlock_tests::Native;

use crate::{count, site};

/// How many backups are asked about: what one costs should stay the same.
const CURVE: [usize; 4] = [100, 1_000, 10_000, 100_000];

/// How many of the answers about 10,000 backups are allow, deny and depends.
const VERDICTS: [usize; 3] = [2_362, 57_638, 0];

/// The shipped policy, with room for the largest survey.
static ROOMY: LazyLock<Policy> = LazyLock::new(|| {
    let engine = Engine::builder().targets(1 << 20).request_bytes(1 << 28).answer_bytes(1 << 28);
    engine.memory_bytes(1 << 28).build().unwrap().load(BACKUP).unwrap()
});

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("survey");
    for backups in CURVE {
        let query = LazyCell::new(|| {
            let query = site::query(backups);
            if backups == 10_000 {
                let answers = ROOMY.survey(&query).unwrap();
                assert_eq!(answers, Native::backup().survey(&query).unwrap());
                assert_eq!(count(answers.iter().map(|answer| answer.verdict)), VERDICTS);
            }
            query
        });
        group
            .sample_size(20)
            .measurement_time(Duration::from_secs(5))
            .throughput(Throughput::Elements((backups * site::ACTIONS.len()) as u64));
        let id = format!("{backups}x{}", site::ACTIONS.len());
        group.bench_function(id, |bencher| bencher.iter(|| ROOMY.survey(&query).unwrap()));
    }
}
