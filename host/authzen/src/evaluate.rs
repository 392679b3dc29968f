//! Bodies in, answers out.

use interlock_model::{Decision, Request};

use crate::answer::Answer;
use crate::error::ItemError;
use crate::mapping::{Mapping, Standing};
use crate::read::{Batch, Question};

impl Mapping {
    /// Answers one question with what `decide` makes of its request.
    pub fn answer(
        &self,
        question: Question<'_>,
        standing: Standing,
        decide: impl FnOnce(&Request) -> Result<Decision, ItemError>,
    ) -> Answer {
        self.request(question, standing).and_then(|request| decide(&request)).into()
    }
}

impl Batch<'_> {
    /// Answers the questions in their order, up to and including the one that stops the batch. A question that is
    /// an error of its own is a denial; `answer` sees it as well, so that it can be logged.
    pub fn answers(&self, answer: impl FnMut(Result<Question<'_>, ItemError>) -> Answer) -> Vec<Answer> {
        let mut answer = answer;
        let mut answers = Vec::with_capacity(self.len());
        for question in self.questions() {
            let last = answer(question);
            let stops = self.semantic.stops(last.decision());
            answers.push(last);
            if stops {
                break;
            }
        }
        answers
    }
}
