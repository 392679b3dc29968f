//! What is counted, in the text format of Prometheus.
//!
//! Labels hold names from the configuration and from manifests alone, so that callers cannot add series.

use std::sync::Arc;
use std::time::Duration;

use interlock::model::{Request, Verdict};
use interlock_log::{Counters, Log};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::rollout::Step;
use crate::serving::Serving;

/// Every metric of a service.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    decisions: Family<DecisionLabels, Counter>,
    requests: Family<RequestLabels, Counter>,
    latency: Family<RouteLabels, Histogram, fn() -> Histogram>,
    overloads: Counter,
    loads: Family<PolicyLabels, Counter>,
    refusals: Family<StepLabels, Counter>,
    swaps: Family<PolicyLabels, Counter>,
    rollbacks: Family<PolicyLabels, Counter>,
    failures: Family<PolicyLabels, Counter>,
    serving: Family<VersionLabels, Gauge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DecisionLabels {
    policy: Arc<str>,
    kind: Arc<str>,
    action: Arc<str>,
    verdict: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: Arc<str>,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PolicyLabels {
    policy: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StepLabels {
    policy: String,
    step: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VersionLabels {
    policy: String,
    version: String,
    digest: String,
}

impl Metrics {
    /// - `log`: the decision log, whose own counters are among them.
    pub(crate) fn new(log: Option<Arc<Log>>) -> Self {
        let mut registry = Registry::with_prefix("interlock");
        let metrics = Self {
            decisions: Family::default(),
            requests: Family::default(),
            latency: Family::new_with_constructor(histogram),
            overloads: Counter::default(),
            loads: Family::default(),
            refusals: Family::default(),
            swaps: Family::default(),
            rollbacks: Family::default(),
            failures: Family::default(),
            serving: Family::default(),
            registry: Registry::default(),
        };
        let Self {
            decisions,
            requests,
            latency,
            overloads,
            loads,
            refusals,
            swaps,
            rollbacks,
            failures,
            serving,
            ..
        } = &metrics;
        registry.register("decisions", "Decisions, by policy, kind, action and verdict", decisions.clone());
        registry.register("http_requests", "Requests answered, by route and status", requests.clone());
        registry.register(
            "http_request_seconds",
            "Time from a request's head to its answer, by route",
            latency.clone(),
        );
        registry.register(
            "overloads",
            "Requests refused since as many as allowed were being answered",
            overloads.clone(),
        );
        registry.register("loads", "Versions that passed every step and answer, by policy", loads.clone());
        registry.register(
            "refusals",
            "Candidates refused, by policy and step; step fetch counts failed looks at the source",
            refusals.clone(),
        );
        registry.register(
            "swaps",
            "Times that the version that answers was replaced, by policy",
            swaps.clone(),
        );
        registry.register("rollbacks", "Times that an operator went back, by policy", rollbacks.clone());
        registry.register(
            "policy_failures",
            "Calls in which a policy trapped, exceeded a limit or broke the contract",
            failures.clone(),
        );
        registry.register("serving", "1 for the version of each policy that answers", serving.clone());
        if let Some(log) = log {
            registry.register_collector(Box::new(LogCollector(log)));
        }
        Self { registry, ..metrics }
    }
}

/// What the decision log counts by itself.
#[derive(Debug)]
struct LogCollector(Arc<Log>);

impl Collector for LogCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        let Counters { queued, written, dropped, refused, write_errors, bytes, failing } = self.0.counters();
        let gauges = [
            ("queue", "Decisions that wait to be written to the log.", queued),
            ("failing", "1 where the last try to write the decision log failed.", u64::from(failing)),
        ];
        for (name, help, value) in gauges {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            let name = format!("log_{name}");
            gauge.encode(encoder.encode_descriptor(&name, help, None, gauge.metric_type())?)?;
        }
        let counters = [
            ("written", "Decisions written to the log.", written),
            ("dropped", "Decisions that were answered and not recorded.", dropped),
            ("refused", "Decisions that were refused since the log was full.", refused),
            ("write_errors", "Times that the system refused to write the log.", write_errors),
            ("bytes", "Bytes written to the log.", bytes),
        ];
        for (name, help, value) in counters {
            let counter = ConstCounter::new(value);
            let name = format!("log_{name}");
            counter.encode(encoder.encode_descriptor(&name, help, None, counter.metric_type())?)?;
        }
        Ok(())
    }
}

/// From 50 microseconds to 3 seconds, each bucket four times the one before.
fn histogram() -> Histogram {
    Histogram::new(std::iter::successors(Some(50e-6), |bound| Some(bound * 4.0)).take(9))
}

impl Metrics {
    pub(crate) fn text(&self) -> String {
        let mut page = String::new();
        // Writing into a string does not fail.
        let _ = text::encode(&mut page, &self.registry);
        page
    }

    /// Counts a decision. Names that the policy does not have are counted as `unknown`.
    pub(crate) fn decided(
        &self,
        policy: &Arc<str>,
        serving: &Serving,
        request: &Request,
        verdict: Option<Verdict>,
    ) {
        let (kind, action) = serving.names(&request.target.kind, &request.action);
        let labels = DecisionLabels {
            policy: Arc::clone(policy),
            kind,
            action,
            verdict: verdict.map_or("error", Verdict::as_str),
        };
        self.decisions.get_or_create(&labels).inc();
    }

    pub(crate) fn answered(&self, route: &Arc<str>, status: u16, took: Duration) {
        self.requests.get_or_create(&RequestLabels { route: Arc::clone(route), status }).inc();
        self.latency.get_or_create(&RouteLabels { route: Arc::clone(route) }).observe(took.as_secs_f64());
    }

    pub(crate) fn overloaded(&self) {
        self.overloads.inc();
    }

    pub(crate) fn refused(&self, policy: &str, step: Step) {
        let labels = StepLabels { policy: policy.to_owned(), step: step.as_str() };
        self.refusals.get_or_create(&labels).inc();
    }

    pub(crate) fn swapped(&self, policy: &str) {
        self.swaps.get_or_create(&PolicyLabels { policy: policy.to_owned() }).inc();
    }

    pub(crate) fn rolled_back(&self, policy: &str) {
        self.rollbacks.get_or_create(&PolicyLabels { policy: policy.to_owned() }).inc();
    }

    pub(crate) fn failed(&self, policy: &str) {
        self.failures.get_or_create(&PolicyLabels { policy: policy.to_owned() }).inc();
    }

    /// A version answers from now on, in place of the one before.
    pub(crate) fn serves(&self, policy: &str, old: Option<&Serving>, new: &Serving) {
        let labels = |serving: &Serving| VersionLabels {
            policy: policy.to_owned(),
            version: serving.policy.version().to_owned(),
            digest: serving.policy.digest().to_owned(),
        };
        if let Some(old) = old {
            self.serving.remove(&labels(old));
        }
        self.serving.get_or_create(&labels(new)).set(1);
        self.loads.get_or_create(&PolicyLabels { policy: policy.to_owned() }).inc();
    }
}
