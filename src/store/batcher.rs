//! Batches concurrent requests to the database into one query, or one commit: whatever comes while one
//! is under way goes into the next. A lone request doesn't wait.

use crate::store::{StoreError, StoreResult};
use std::iter::zip;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

/// The limits of a [`Batcher`].
#[derive(Debug, Clone, Copy)]
pub struct BatchLimits {
    /// The most questions in a batch.
    pub together: usize,
    /// The most batches under way.
    pub under_way: usize,
    /// The most questions that wait.
    pub waiting: usize,
    /// The longest that a question waits.
    pub patience: Duration,
}

/// Batches questions, and answers each. Cheap to clone; ends when the last clone is dropped.
pub struct Batcher<Q, A> {
    queue: mpsc::Sender<Asked<Q, A>>,
    patience: Duration,
}

struct Asked<Q, A> {
    question: Q,
    answer: oneshot::Sender<StoreResult<A>>,
}

impl<Q, A> Clone for Batcher<Q, A> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), patience: self.patience }
    }
}

impl<Q: Send + 'static, A: Send + 'static> Batcher<Q, A> {
    /// `answer` returns an answer for each question, in their order. Must be called on the server's
    /// main runtime.
    pub fn new<F>(limits: BatchLimits, answer: impl Fn(Vec<Q>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Vec<StoreResult<A>>> + Send + 'static,
    {
        let (queue, asked) = mpsc::channel(limits.waiting);
        tokio::spawn(answer_all(asked, limits, answer));
        Self { queue, patience: limits.patience }
    }

    /// Asks one question and waits for its answer.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when too many wait, or this one has for too long; it may still be carried
    /// out then.
    pub async fn ask(&self, question: Q) -> StoreResult<A> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Asked { question, answer }).map_err(|_| StoreError::Busy)?;
        match timeout(self.patience, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Err(StoreError::Busy),
        }
    }
}

async fn answer_all<Q, A: Send + 'static, F>(
    mut asked: mpsc::Receiver<Asked<Q, A>>,
    limits: BatchLimits,
    answer: impl Fn(Vec<Q>) -> F,
) where
    F: Future<Output = Vec<StoreResult<A>>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(limits.under_way));
    let mut together = Vec::with_capacity(limits.together);
    while let Ok(place) = Arc::clone(&places).acquire_owned().await
        && asked.recv_many(&mut together, limits.together).await > 0
    {
        let (questions, waiting): (Vec<_>, Vec<_>) =
            together.drain(..).map(|Asked { question, answer }| (question, answer)).unzip();
        let answers = answer(questions);
        tokio::spawn(async move {
            for (waiting, answer) in zip(waiting, answers.await) {
                let _ = waiting.send(answer);
            }
            drop(place);
        });
    }
}
