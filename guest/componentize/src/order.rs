//! Orders the functions of a module.

use std::collections::HashSet;
use std::convert::Infallible;

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{CodeSection, ElementSection, ExportSection, FunctionSection, Module, RawSection};
use wasmparser::{Export, Parser, Payload};

use crate::encode::Error;

/// The same module with these exports and functions alone, alike functions next to each other: sorted by type, then
/// by their bytes, so that what compresses the module finds its repetitions close by.
///
/// - `module`: without imports.
/// - `kept`: the functions, by their numbers; they call no others.
pub(crate) fn ordered(module: &[u8], exports: &[Export<'_>], kept: &HashSet<u32>) -> Result<Vec<u8>, Error> {
    let mut types: Vec<u32> = Vec::new();
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::FunctionSection(section) => types = section.into_iter().collect::<Result<_, _>>()?,
            Payload::CodeSectionEntry(body) => bodies.push(body),
            _ => {}
        }
    }
    let mut order: Vec<usize> = (0..bodies.len()).filter(|&old| kept.contains(&(old as u32))).collect();
    order.sort_by_key(|&old| (types[old], &module[bodies[old].range()]));
    let mut numbers = vec![None; bodies.len()];
    for (new, &old) in order.iter().enumerate() {
        numbers[old] = Some(new as u32);
    }
    let mut renumber = Renumber { numbers };

    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for &old in &order {
        functions.function(types[old]);
        renumber.parse_function_body(&mut code, bodies[old].clone())?;
    }
    let mut output = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::FunctionSection(_) => {
                output.section(&functions);
            }
            Payload::ExportSection(_) => {
                let mut section = ExportSection::new();
                for &export in exports {
                    renumber.parse_export(&mut section, export)?;
                }
                output.section(&section);
            }
            Payload::ElementSection(section) => {
                let mut elements = ElementSection::new();
                renumber.parse_element_section(&mut elements, section)?;
                output.section(&elements);
            }
            Payload::CodeSectionStart { .. } => {
                output.section(&code);
            }
            Payload::CodeSectionEntry(_) => {}
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    output.section(&RawSection { id, data: &module[range] });
                }
            }
        }
    }
    Ok(output.finish())
}

/// The new numbers of functions, by their old ones.
struct Renumber {
    numbers: Vec<Option<u32>>,
}

impl Reencode for Renumber {
    type Error = Infallible;

    fn function_index(&mut self, old: u32) -> Result<u32, reencode::Error<Infallible>> {
        // A function that is not kept is called by none that is.
        Ok(self.numbers.get(old as usize).copied().flatten().unwrap_or(old))
    }
}
