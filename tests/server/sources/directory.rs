//! Files and directories. They are looked at once an hour here, so that only what the system tells is seen.

use std::fs;

use interlock_server::{Status, Step};

use super::{Site, put};
use crate::guests::{OLD, version};

const HOURLY: &str = "poll = \"1h\"\n";

#[tokio::test]
async fn of_a_directory_the_newest_policy_counts_and_nothing_else_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let policies = folder.path().join("policies");
    fs::create_dir(&policies).unwrap();
    put(&policies, "b.wasm", &version(OLD));
    let site = Site::start(folder, &format!("source = \"policies\"\n{HOURLY}")).await;
    for (name, number) in [("a.wasm", "1.1.0"), ("c.wasm", "1.2.0"), ("b.wasm", "1.3.0")] {
        let promoted = site.promoted(async || put(&policies, name, &version(number))).await;
        assert_eq!(site.version().await, number);
        assert!(promoted.rollouts[0].origin.ends_with(&format!("policies/{name}")));
    }
    fs::create_dir(policies.join("d.wasm")).unwrap();
    put(&policies, "notes.txt", b"what changed");
    let (step, _) = site.refused(async || put(&policies, "e.wasm", b"no policy")).await;
    assert_eq!(step, Step::Load);
    assert_eq!(site.version().await, "1.3.0");
}

#[tokio::test]
async fn what_is_not_there_yet_is_awaited_however_much_of_its_path_is_missing() {
    for source in ["late/later/door.wasm", "late/later"] {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::start_unready(folder, &format!("source = \"{source}\"\n{HOURLY}")).await;
        site.service.until("a failed look", async || site.failed_looks().await > 0).await;
        fs::create_dir(site.path().join("late")).unwrap();
        site.until_looks_fail(1).await;
        let later = site.path().join("late/later");
        fs::create_dir(&later).unwrap();
        put(&later, "door.wasm", &version(OLD));
        site.service.until_newest("door", Status::Promoted).await;

        // Gone, and there again under the same name: another directory.
        fs::remove_dir_all(site.path().join("late")).unwrap();
        site.until_looks_fail(1).await;
        fs::create_dir_all(&later).unwrap();
        put(&later, "door.wasm", &version("1.1.0"));
        site.until_version("1.1.0").await;
    }
}

#[tokio::test]
async fn a_file_that_is_a_link_into_a_directory_that_is_replaced_is_followed() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let mounted = folder.path().join("mounted");
    let release = |number: &str| {
        let release = mounted.join(format!("..{number}"));
        fs::create_dir_all(&release).unwrap();
        fs::write(release.join("door.wasm"), version(number)).unwrap();
        symlink(&release, mounted.join("..new")).unwrap();
        fs::rename(mounted.join("..new"), mounted.join("..data")).unwrap();
    };
    release(OLD);
    symlink("..data/door.wasm", mounted.join("door.wasm")).unwrap();
    let site = Site::start(folder, &format!("source = \"mounted/door.wasm\"\n{HOURLY}")).await;
    site.promoted(async || release("1.1.0")).await;
    assert_eq!(site.version().await, "1.1.0");
}

#[tokio::test]
async fn what_is_no_file_is_not_read_and_the_service_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "door.wasm", &version(OLD));
    let site = Site::start(folder, &format!("source = \"door.wasm\"\n{HOURLY}")).await;
    fs::remove_file(site.path().join("door.wasm")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(site.path().join("door.wasm")).status().unwrap();
    assert!(made.success());
    site.service.until("a failed look", async || site.failed_looks().await > 0).await;
    assert_eq!(site.version().await, OLD);
    site.promoted(async || put(site.path(), "door.wasm", &version("1.1.0"))).await;
}
