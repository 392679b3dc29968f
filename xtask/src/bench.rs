use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{cargo, setup};

/// What every other benchmark is compared with.
const FLOOR: &str = "floor/empty-component-call";

/// The benchmarks that start the program `interlock`, which is built for them.
const PROCESS: &str = "process";

/// Runs the benchmarks whose ids match the regular expression `filter`, or all, and prints one table of their
/// medians. The floor always runs, since a ratio of two runs would mean little. Those beside other engines run without
/// a filter, or with one that says `peers`: compiling the engines takes minutes.
pub(crate) fn run(filter: Option<&str>) -> Result<()> {
    setup::require(setup::WEBASSEMBLY)?;
    let results = cargo::target_directory()?.join("criterion");
    let start = SystemTime::now();

    let suite_filter = filter.map(|filter| format!("^{FLOOR}$|{filter}"));
    let mut arguments = vec!["bench", "--package", "interlock-benches"];
    if let Some(filter) = &suite_filter {
        arguments.extend(["--", filter]);
    }
    let mut command = cargo::cargo(&arguments);
    command.env("CRITERION_HOME", &results);
    // To build the program takes longer than most benchmarks.
    if filter.as_ref().is_none_or(|filter| filter.contains(PROCESS)) {
        command.env("INTERLOCK_PROGRAM", cargo::program()?);
    }
    cargo::announce(&arguments);
    cargo::finish(&mut command, &arguments)?;

    if filter.is_none_or(|filter| filter.contains("peers")) {
        let mut arguments = vec!["bench", "--features", "engine", "--bench", "peers"];
        if let Some(filter) = filter {
            arguments.extend(["--", filter]);
        }
        cargo::announce_in(cargo::PEERS, &arguments);
        let mut command = cargo::cargo(&arguments);
        command.current_dir(cargo::workspace().join(cargo::PEERS)).env("CRITERION_HOME", &results);
        cargo::finish(&mut command, &arguments)?;
    }

    let mut measurements = measurements(&results)?;
    measurements.retain(|measurement| measurement.at >= start);
    measurements.sort_by_key(|measurement| measurement.at);
    let floor = measurements.iter().find(|measurement| measurement.id == FLOOR);
    let floor = floor.with_context(|| format!("benchmark `{FLOOR}` did not run"))?;
    println!("\n{}", table(&measurements, floor.median));
    Ok(())
}

/// What criterion found out about one benchmark.
struct Measurement {
    id: String,
    /// Nanoseconds for one iteration.
    median: f64,
    /// How many things one iteration does, where the benchmark says so.
    elements: Option<u64>,
    /// When it was written.
    at: SystemTime,
}

/// Reads every newest result below a directory of criterion's.
fn measurements(directory: &Path) -> Result<Vec<Measurement>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(directory).with_context(|| format!("cannot read `{}`", directory.display()))?;
    for entry in entries {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        if path.ends_with("new") && path.join("benchmark.json").is_file() {
            found.push(measurement(&path)?);
        } else {
            found.append(&mut measurements(&path)?);
        }
    }
    Ok(found)
}

fn measurement(directory: &Path) -> Result<Measurement> {
    #[derive(Deserialize)]
    struct Benchmark {
        full_id: String,
        throughput: Option<Throughput>,
    }
    #[derive(Deserialize)]
    struct Throughput {
        #[serde(rename = "Elements")]
        elements: Option<u64>,
    }
    #[derive(Deserialize)]
    struct Estimates {
        median: Estimate,
    }
    #[derive(Deserialize)]
    struct Estimate {
        point_estimate: f64,
    }

    let benchmark: Benchmark = read(directory.join("benchmark.json"))?;
    let file = directory.join("estimates.json");
    let at = fs::metadata(&file).and_then(|metadata| metadata.modified());
    let at = at.with_context(|| format!("cannot read `{}`", file.display()))?;
    let estimates: Estimates = read(file)?;
    Ok(Measurement {
        id: benchmark.full_id,
        median: estimates.median.point_estimate,
        elements: benchmark.throughput.and_then(|throughput| throughput.elements),
        at,
    })
}

fn read<T: DeserializeOwned>(file: PathBuf) -> Result<T> {
    let content = File::open(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    serde_json::from_reader(BufReader::new(content))
        .with_context(|| format!("cannot read `{}`", file.display()))
}

/// The results as a Markdown table; `floor` in nanoseconds.
fn table(measurements: &[Measurement], floor: f64) -> String {
    let mut rows = vec![["benchmark", "median", "each of many", "× empty call"].map(str::to_owned)];
    rows.extend(measurements.iter().map(|measurement| {
        let Measurement { id, median, elements, .. } = measurement;
        let each = elements.filter(|&elements| elements > 1).map(|elements| median / elements as f64);
        [
            format!("`{id}`"),
            time(*median),
            each.map(time).unwrap_or_default(),
            digits(each.unwrap_or(*median) / floor),
        ]
    }));

    let widths = [0, 1, 2, 3]
        .map(|column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default());
    let mut lines: Vec<String> = rows.iter().map(|row| line(row, widths)).collect();
    let [first, rest @ ..] = widths.map(|width| "-".repeat(width));
    let [second, third, fourth] = rest.map(|dashes| format!("{}:", &dashes[1..]));
    lines.insert(1, line(&[first, second, third, fourth], widths));
    lines.join("\n")
}

fn line([id, median, each, ratio]: &[String; 4], [w0, w1, w2, w3]: [usize; 4]) -> String {
    format!("| {id:w0$} | {median:>w1$} | {each:>w2$} | {ratio:>w3$} |")
}

/// A time in the unit that leaves one to three digits before the point.
fn time(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        n if n < 1e3 => (n, "ns"),
        n if n < 1e6 => (n / 1e3, "µs"),
        n if n < 1e9 => (n / 1e6, "ms"),
        n => (n / 1e9, "s"),
    };
    format!("{} {unit}", digits(value))
}

/// A number with at least three digits, and no more after the point than that takes.
fn digits(value: f64) -> String {
    let decimals = match value {
        v if v < 10.0 => 2,
        v if v < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(id: &str, median: f64, elements: Option<u64>) -> Measurement {
        Measurement { id: id.to_owned(), median, elements, at: SystemTime::UNIX_EPOCH }
    }

    #[test]
    fn the_table_compares_every_benchmark_with_the_floor_and_many_each_by_each() {
        let measurements = [
            measured(FLOOR, 118.4, None),
            measured("decide/native", 4.25, None),
            measured("decide-all/4096", 318_000.0, Some(4096)),
            measured("load/from-wasm", 33_400_000.0, Some(1)),
        ];
        insta::assert_snapshot!(table(&measurements, 118.4), @"
        | benchmark                    |  median | each of many | × empty call |
        | ---------------------------- | ------: | -----------: | -----------: |
        | `floor/empty-component-call` |  118 ns |              |         1.00 |
        | `decide/native`              | 4.25 ns |              |         0.04 |
        | `decide-all/4096`            |  318 µs |      77.6 ns |         0.66 |
        | `load/from-wasm`             | 33.4 ms |              |       282095 |
        ");
    }
}
