use std::time::Duration;

use serde::Deserialize;

use super::ConfigError;

/// What one request may take, and how many there may be at once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RequestLimits {
    /// Most bytes of a body. Default: 1,048,576.
    pub body_bytes: usize,
    /// Most items of a batch, and most pairs of target and action of a survey. Default: 10,000.
    pub batch: usize,
    /// Longest that a request may take, its body's arrival included. Default: 10 s.
    #[serde(with = "humantime_serde")]
    pub time: Duration,
    /// Most requests that are answered at once; further ones get 503. Default: 1,024.
    pub concurrent: usize,
    /// Longest that requests which were accepted may go on when the service ends. Default: 30 s.
    #[serde(with = "humantime_serde")]
    pub drain: Duration,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            batch: 10_000,
            time: Duration::from_secs(10),
            concurrent: 1024,
            drain: Duration::from_secs(30),
        }
    }
}

impl RequestLimits {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let least = [("body_bytes", self.body_bytes), ("batch", self.batch), ("concurrent", self.concurrent)];
        for (key, value) in least {
            if value == 0 {
                return Err(ConfigError::Contradiction(format!("`limits.{key}` is 0, allowed is 1 or more")));
            }
        }
        if self.time < Duration::from_millis(10) {
            return Err(ConfigError::Contradiction(
                "`limits.time` is less than 10 ms, which no request keeps".to_owned(),
            ));
        }
        Ok(())
    }
}
