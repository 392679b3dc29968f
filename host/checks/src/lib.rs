//! Files of laws and of cases, as authors and operators write them, read from disk for whoever holds policies against
//! them: the program and the service.

mod case_files;
mod error;
mod laws_file;

pub use case_files::{Loaded, Suite, cast_of, find, read};
pub use error::{CaseFilesError, LawsFileError};
pub use laws_file::LawsFile;
