//! Loads a policy and asks it one question.
//!
//! `cargo run --package interlock --example embed`

use interlock::{Engine, model::Request};

const QUESTION: &str = r#"{
    "mode": "federated",
    "subject": {"id": "user-17", "roles": ["px-backup-app.user"]},
    "action": "delete",
    "target": {"kind": "backup", "id": "nightly-42", "state": "success",
               "attributes": {"location": "blob-eu", "owner": "user-17"}}
}"#;

#[cfg_attr(test, test)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::new()?;
    let policy = engine.load(interlock_policies::BACKUP)?;
    let request: Request = serde_json::from_str(QUESTION)?;

    let decision = policy.evaluate(&request)?;
    println!("{} {}: {}", policy.name(), policy.version(), decision.verdict.as_str());
    for reason in &decision.reasons {
        println!("  {}: {}", reason.code, reason.message);
    }
    Ok(())
}
