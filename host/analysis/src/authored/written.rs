//! The written form of laws: what stands in a file, and how it is read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{BoolDeserializer, MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{AuthoredLaw, Claim, Facts, Ground, Path, Region, Regions, Truth};

/// A law as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Law {
    name: String,
    says: String,
    #[serde(default, deserialize_with = "some")]
    source: Option<Vec<String>>,
    #[serde(default, deserialize_with = "some")]
    never: Option<Vec<Region>>,
    #[serde(default, deserialize_with = "some")]
    always: Option<Vec<Region>>,
    #[serde(default, deserialize_with = "some")]
    accompanies: Option<Vec<Region>>,
    #[serde(default, deserialize_with = "some")]
    effect: Option<Vec<String>>,
    may: Option<Ground>,
    #[serde(default, deserialize_with = "some")]
    only: Option<Vec<String>>,
    path: Option<Path>,
    #[serde(default, deserialize_with = "some")]
    unless: Option<Vec<Facts>>,
}

impl TryFrom<Law> for AuthoredLaw {
    type Error = String;

    fn try_from(law: Law) -> Result<Self, String> {
        let Law { name, says, source, never, always, accompanies, effect, may, only, path, unless } = law;
        let regions = |within| Regions { within, unless: unless.clone().unwrap_or_default() };
        let claim = match (never, always, accompanies, may, path) {
            (Some(within), None, None, None, None) => Claim::Never(regions(within)),
            (None, Some(within), None, None, None) => Claim::Always(regions(within)),
            (None, None, Some(within), None, None) => {
                let effects =
                    effect.clone().ok_or(format!("law `{name}` has `accompanies` and no `effect`"))?;
                Claim::Accompanies { effects, regions: regions(within) }
            }
            (None, None, None, Some(what), None) => {
                let roles = only.clone().ok_or(format!("law `{name}` has `may` and no `only`"))?;
                Claim::OnlyMay { roles, what }
            }
            (None, None, None, None, Some(path)) => Claim::Path(path),
            _ => {
                return Err(format!(
                    "law `{name}` claims none or several of `never`, `always`, `accompanies`, `may` and `path`; it claims one"
                ));
            }
        };
        let beside = |key: &str, wanted: &str| format!("law `{name}` has `{key}`, which goes with {wanted}");
        if effect.is_some() && !matches!(claim, Claim::Accompanies { .. }) {
            return Err(beside("effect", "`accompanies`"));
        }
        if only.is_some() && !matches!(claim, Claim::OnlyMay { .. }) {
            return Err(beside("only", "`may`"));
        }
        if unless.is_some() && matches!(claim, Claim::OnlyMay { .. } | Claim::Path(_)) {
            return Err(beside("unless", "`never`, `always` or `accompanies`"));
        }
        Ok(Self { name, says, source: source.unwrap_or_default(), claim })
    }
}

impl<'de> Deserialize<'de> for Truth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Known;

        impl Visitor<'_> for Known {
            type Value = Truth;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false or \"unknown\"")
            }

            fn visit_bool<E: Error>(self, known: bool) -> Result<Truth, E> {
                Ok(if known { Truth::True } else { Truth::False })
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Truth, E> {
                match text {
                    "unknown" => Ok(Truth::Unknown),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
                }
            }
        }

        deserializer.deserialize_any(Known)
    }
}

/// As [`many`], of a field that may be left out.
pub(super) fn some<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    many(deserializer).map(Some)
}

/// One value, or a list of at least one.
pub(super) fn many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(OneOrMany(PhantomData))
}

struct OneOrMany<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMany<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value, or a list of them")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Vec<T>, E> {
        T::deserialize(BoolDeserializer::new(value)).map(|value| vec![value])
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Vec<T>, E> {
        T::deserialize(StrDeserializer::new(value)).map(|value| vec![value])
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|value| vec![value])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Vec<T>, A::Error> {
        let values = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        if values.is_empty() {
            return Err(A::Error::invalid_length(0, &"at least one value"));
        }
        Ok(values)
    }
}
