use std::collections::HashSet;
use std::mem;

use wasm_encoder::{Component, ComponentSection, ComponentSectionId, RawSection};
use wasmparser::{Export, ExternalKind, Operator, Parser, Payload, Validator};
use wit_component::{ComponentEncoder, StringEncoding, metadata};

use crate::once::types_once;
use crate::order;

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// Makes a core module, which carries its contract in a custom section, a component without custom sections.
pub(crate) fn component(module: &[u8]) -> Result<Vec<u8>, Error> {
    let (module, contract) = metadata::decode(module)?;
    let module = module.ok_or("the module carries no contract")?;
    let mut module = with_stand_ins(&module)?;
    wit_component::embed_component_metadata(
        &mut module,
        &contract.resolve,
        contract.world,
        StringEncoding::UTF8,
    )?;

    let component = ComponentEncoder::default().module(&module)?.validate(true).encode()?;
    let component = types_once(&without_custom_sections(&component)?)?;
    Validator::new().validate_all(&component)?;
    Ok(component)
}

/// Makes a core module, whatever it imports, a component without custom sections.
pub(crate) fn component_with_imports(module: &[u8]) -> Result<Vec<u8>, Error> {
    let component = ComponentEncoder::default().module(module)?.validate(true).encode()?;
    let component = without_custom_sections(&component)?;
    Validator::new().validate_all(&component)?;
    Ok(component)
}

/// What an export that a guest writes by hand begins with; the function's name, or [`FORGET`], follows.
const STAND_IN: &str = "stand-in ";
/// What is called once the host has read an answer, whichever function gave it.
const FORGET: &str = "forget";

/// Puts what a guest wrote by hand in the place of what its bindings generated, under the generated names, and
/// leaves out what nobody calls any more.
fn with_stand_ins(module: &[u8]) -> Result<Vec<u8>, Error> {
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ExportSection(section) => {
                exports = section.into_iter().collect::<Result<Vec<_>, _>>()?
            }
            Payload::ImportSection(section) if section.count() > 0 => {
                return Err("the module imports something, and a policy imports nothing".into());
            }
            _ => {}
        }
    }
    let stand_in = |generated: &str| {
        let (after, function) = generated.rsplit_once('#')?;
        let wanted = if after.starts_with("cabi_post_") { FORGET } else { function };
        exports.iter().find(|export| export.name.strip_prefix(STAND_IN) == Some(wanted))
    };
    // The linker exports more than the contract asks for.
    let asked = |name: &str| name.contains('#') || ["memory", "cabi_realloc"].contains(&name);
    let exported = exports.iter().filter(|export| asked(export.name));
    let chosen: Vec<Export<'_>> = exported
        .map(|export| Export { name: export.name, ..*stand_in(export.name).unwrap_or(export) })
        .collect();
    let roots = chosen.iter().filter(|export| export.kind == ExternalKind::Func).map(|export| export.index);
    let called = called(module, roots.collect())?;
    order::ordered(module, &chosen, &called)
}

/// The functions that can be called from `roots`, from tables, or when the module starts.
fn called(module: &[u8], mut roots: Vec<u32>) -> Result<HashSet<u32>, Error> {
    let mut calls: Vec<Vec<u32>> = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::StartSection { func, .. } => roots.push(func),
            Payload::ElementSection(section) => {
                for element in section {
                    if let wasmparser::ElementItems::Functions(functions) = element?.items {
                        roots.extend(functions.into_iter().collect::<Result<Vec<_>, _>>()?);
                    } else {
                        return Err("the module fills its tables with expressions".into());
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                let mut callees = Vec::new();
                for operator in body.get_operators_reader()? {
                    match operator? {
                        Operator::Call { function_index }
                        | Operator::ReturnCall { function_index }
                        | Operator::RefFunc { function_index } => callees.push(function_index),
                        _ => {}
                    }
                }
                calls.push(callees);
            }
            _ => {}
        }
    }
    let mut called = HashSet::new();
    while let Some(function) = roots.pop() {
        if called.insert(function) {
            roots.extend(calls.get(function as usize).into_iter().flatten());
        }
    }
    Ok(called)
}

/// The same component without names and tool versions: what is left is what runs.
fn without_custom_sections(component: &[u8]) -> Result<Vec<u8>, Error> {
    let mut output = Vec::new();
    let mut enclosing = Vec::new();
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::Version { range, .. } => output.extend_from_slice(&component[range]),
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                enclosing.push(mem::take(&mut output));
            }
            // The last end is the outermost component's, which nothing encloses.
            Payload::End(_) => {
                if let Some(parent) = enclosing.pop() {
                    let nested = mem::replace(&mut output, parent);
                    let id = if nested.starts_with(&Component::HEADER) {
                        ComponentSectionId::Component
                    } else {
                        ComponentSectionId::CoreModule
                    };
                    RawSection { id: id.into(), data: &nested }.append_to_component(&mut output);
                }
            }
            Payload::CustomSection(_) => {}
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    RawSection { id, data: &component[range] }.append_to_component(&mut output);
                }
            }
        }
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_without_a_contract_is_refused() {
        let empty = b"\0asm\x01\0\0\0";
        assert_eq!(component(empty).unwrap_err().to_string(), "the module carries no contract");
    }
}
