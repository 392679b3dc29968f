use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{cargo, setup};

/// One step of the walk-through.
struct Step {
    /// What the reader is about to see, and why.
    narration: &'static str,
    /// What follows `interlock` on the command line: words, none of which holds a space.
    arguments: &'static str,
    /// The program's exit code: 0 for allow, 1 for deny, 2 for depends.
    exit: i32,
}

const STEPS: &[Step] = &[
    Step {
        narration: "\
The program carries its policy with it: one WebAssembly component. It imports nothing, so it can
do nothing but answer. This is what it knows about.",
        arguments: "inspect",
        exit: 0,
    },
    Step {
        narration: "\
A site is a file that lists who is there and what is there. This one is made up: three teams on
clusters that Gardener manages, called shoots. Here are its clusters, with what the super
administrator may do to each. `shoot-a` is disconnected. `shoot-c` cannot be deleted now, since
something runs on it. Sharing depends on what nobody has said yet: with whom.",
        arguments: "options --world examples/federated-site.json --as super-admin --kind cluster",
        exit: 0,
    },
    Step {
        narration: "\
user-17 is an application user in the shop team. The nightly backups are theirs. The payments team
shares three of its hourly ones with them or their team. The others they may not even view.",
        arguments: "options --world examples/federated-site.json --as user-17 --kind backup",
        exit: 0,
    },
    Step {
        narration: "\
user-17 asks to delete `nightly-42`. In federated mode only a cluster can delete the data, through
a valid connection to the location. The answer is no. It says why, and what would serve instead.",
        arguments: "\
evaluate --world examples/federated-site.json --as user-17 --action delete \
--target backup/nightly-42",
        exit: 1,
    },
    Step {
        narration: "\
They try the way out. Force delete leaves the data behind, so somebody has to acknowledge that.
Nobody has said so yet: the answer is neither yes nor no, and names what must be known.",
        arguments: "\
evaluate --world examples/federated-site.json --as user-17 --action force-delete \
--target backup/nightly-42",
        exit: 2,
    },
    Step {
        narration: "\
With the acknowledgement it is allowed. `apply` tells what becomes of the backup and what else
follows. Without --write, the file stays as it is.",
        arguments: "\
apply --world examples/federated-site.json --as user-17 --action force-delete \
--target backup/nightly-42 --param acknowledged=true",
        exit: 0,
    },
    Step {
        narration: "\
One location can be valid for one cluster and invalid for another. The payments team backs up
`shoot-c` to `blob-us` every hour. From `shoot-d`, which is just as active, the same location is
out of reach.",
        arguments: "\
evaluate --world examples/federated-site.json --as user-23 --action create \
--target backup/payments-adhoc --set cluster=shoot-d --set location=blob-us",
        exit: 1,
    },
    Step {
        narration: "\
A sync finds out which backups a storage bucket holds, one sync at a time for each bucket. Nothing
runs on `blob-us-data`. But it shares its bucket with `blob-us`, and there a sync is running.",
        arguments: "\
evaluate --world examples/federated-site.json --as infra-admin --action sync \
--target backup-location/blob-us-data",
        exit: 1,
    },
    Step {
        narration: "\
user-31 owns `blob-us-data` and may not view `blob-us`. They are refused for the same reason, but
the answer does not name what they may not view.",
        arguments: "\
evaluate --world examples/federated-site.json --as user-31 --action sync \
--target backup-location/blob-us-data",
        exit: 1,
    },
    Step {
        narration: "\
A service sends a request, with as much as it knows. This one says nothing of clusters. The policy
does not guess: it says what it would have to know.",
        arguments: r#"evaluate {"mode":"federated","subject":{"id":"user-17","roles":["px-backup-app.user"]},"action":"delete","target":{"kind":"backup","id":"nightly-42","state":"success","attributes":{"owner":"user-17","location":"blob-eu"}}}"#,
        exit: 2,
    },
    Step {
        narration: "\
Another site, in classic mode. user-17 asks the same question, and here too the cluster of
`nightly-42` is disconnected. But in classic mode the server deletes the data itself, so the
answer is yes.",
        arguments: "\
evaluate --world examples/classic-site.json --as user-17 --action delete \
--target backup/nightly-42",
        exit: 0,
    },
    Step {
        narration: "\
Classic mode has virtual machines. `billing-2` is paused, and its custom rules fail on a paused
machine. The backup may be taken all the same. The answer tells beforehand what becomes of that
machine.",
        arguments: "\
evaluate --world examples/classic-site.json --as user-23 --action create \
--target backup/billing-adhoc --set object-type=vm --set cluster=vm-host-1 \
--set location=nfs-vms --set virtual-machine=billing-1 --set virtual-machine=billing-2",
        exit: 0,
    },
    Step {
        narration: "\
Where do these answers come from? The policy can print all of its rules. These are the ones for
syncs: which state leads where, what each action requires, and the source of each rule.",
        arguments: "matrix --kind backup-sync",
        exit: 0,
    },
    Step {
        narration: "\
And your own site? `import` makes a site file from what the platform's interfaces print. This is
what `kubectl get applicationbackups -A -o json` printed on a made-up cluster, and what it lacks.",
        arguments: "import tests/samples/import/stork/applicationbackups.json --mode classic",
        exit: 0,
    },
];

/// Builds the program in release and walks through [`STEPS`].
pub(crate) fn run() -> Result<()> {
    setup::require(setup::WEBASSEMBLY)?;
    let program = cargo::program()?;

    for (number, Step { narration, arguments, exit }) in (1..).zip(STEPS) {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        println!("\n[{number} of {}]\n{narration}\n\n$ {}\n", STEPS.len(), typed(&arguments));
        let status = Command::new(&program)
            .args(&arguments)
            .current_dir(cargo::workspace())
            .stdin(Stdio::null())
            .status()
            .with_context(|| format!("cannot run `{}`", program.display()))?;
        if status.code() != Some(*exit) {
            bail!("`{}` ended with {status}, expected exit status: {exit}", typed(&arguments));
        }
    }
    Ok(())
}

/// A call of the program as one would type it in a shell.
fn typed(arguments: &[&str]) -> String {
    let mut command = String::from("interlock");
    for argument in arguments {
        command.push(' ');
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=:,@".contains(&byte);
        if !argument.is_empty() && argument.bytes().all(plain) {
            command.push_str(argument);
        } else {
            command.push_str(&format!("'{}'", argument.replace('\'', r"'\''")));
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_command_can_be_typed() {
        assert_eq!(
            typed(&["evaluate", "--param", "acknowledged=true"]),
            "interlock evaluate --param acknowledged=true"
        );
        assert_eq!(
            typed(&["evaluate", r#"{"mode":"it's"}"#, ""]),
            r#"interlock evaluate '{"mode":"it'\''s"}' ''"#
        );
    }
}
