//! Does a service's memory stay flat? Sends it an hour's worth of requests, a thousand a second, as fast as it answers.
//!
//! `cargo xtask soak serve [MILLIONS]`, 3.6 when absent. Linux only: it reads `/proc/self/smaps_rollup`. The client lives in the same
//! process and keeps nothing. Ends with 1 where memory grew.

#![allow(clippy::unwrap_used, reason = "a measurement that does not get its answer has nothing to measure")]

#[path = "connection.rs"]
mod connection;

use std::env;
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use interlock_server::Server;
use interlock_server::config::Config;
use interlock_tests::memory::{mixed_requests, resident};

use crate::connection::{Connection, wait_until_ready};

/// Connections, half of them on each of two threads.
const CONNECTIONS: usize = 16;

/// Parts of the whole after which memory is read.
const PARTS: usize = 12;

/// What may come and go: allocators round up, and threads have caches.
const TOLERANCE: usize = 2 << 20;

fn main() -> ExitCode {
    let millions: f64 = env::args().nth(1).map_or(3.6, |text| text.parse().unwrap());
    let each = (millions * 1e6) as usize / PARTS;
    let folder = tempfile::tempdir().unwrap();
    let config = "listen = \"127.0.0.1:0\"\n[log]\nfile = \"decisions.jsonl\"\nrotate = { bytes = 16777216, keep = 2 }\n\
                  [[policy]]\nname = \"backup\"\nsource = \"embedded:backup\"\n";
    let config = Config::parse(config, folder.path()).unwrap();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::start(config, &[("backup", interlock_policies::BACKUP)]).await.unwrap();
            tell.send(server.address()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    let address = told.recv().unwrap();
    wait_until_ready(address);
    let bodies: Vec<String> = mixed_requests()
        .unwrap()
        .iter()
        .map(|(request, _)| serde_json::to_string(request).unwrap())
        .collect();
    println!("{:>12} {:>14} {:>14}", "requests", "resident", "a second");
    let mut first = None;
    for part in 1..=PARTS {
        let began = Instant::now();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let path = "/v1/policies/backup/evaluate";
                    let mut connections: Vec<Connection> = (0..CONNECTIONS / 2)
                        .map(|number| Connection::open(address, path, &bodies[number % bodies.len()]))
                        .collect();
                    for _ in 0..each / CONNECTIONS {
                        connections.iter_mut().for_each(Connection::send);
                        connections.iter_mut().for_each(|connection| drop(connection.receive()));
                    }
                });
            }
        });
        let resident = resident().unwrap();
        let rate = each as f64 / began.elapsed().as_secs_f64();
        println!("{:>12} {:>10} KiB {rate:>14.0}", part * each, resident >> 10);
        let first = *first.get_or_insert(resident);
        if resident > first + TOLERANCE {
            eprintln!("error: memory grew by {} KiB since the first part", (resident - first) >> 10);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
