//! Lanes: an image's cells, apart by what kind of guest they need, and how the host's CPUs are shared out among them.
//!
//! A lane is worked off by one guest or several, each of which takes a share of its cells at a time. Where there are several
//! images, each gets a guest before one gets two. An image's first guest sees to what all of its lanes need built, and a lane
//! gets no second guest before its first is up, so that nobody waits for what another makes.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use vm::accel::Clock;

use crate::header::Language;
use crate::plan::Plan;
use crate::suite::Cell;

/// What a run of a Python test costs, in runs of a C test.
const PYTHON: u64 = 6;

/// A further guest must be worth it: the cost of cells that pay for bringing it up.
const WORTH: u64 = 100;

/// The cells of an image that run in one kind of guest.
#[derive(Debug)]
pub struct Lane<'a> {
    /// The image, and all of its cells.
    pub plan: &'a Plan,
    /// What its guests' time goes by.
    pub clock: Clock,
    /// How many CPUs a guest of it has.
    pub cpus: u32,
    /// How many guests it may have at a time.
    pub most: usize,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// All lanes of a run.
#[derive(Debug)]
pub struct Lanes<'a> {
    lanes: Vec<Lane<'a>>,
    cpus: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// CPUs without a guest.
    free: usize,
    /// By lane.
    lanes: Vec<Progress>,
    /// By the image's first lane: is what its lanes need built?
    building: Vec<Building>,
}

/// How far what an image's lanes need is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Building {
    /// The image has had no guest.
    Waiting,
    /// Its first guest sees to it.
    Underway,
    /// It is built, or that guest has gone without it.
    Over,
}

/// How far a lane is.
#[derive(Debug)]
struct Progress {
    left: VecDeque<Cell>,
    guests: usize,
    is_up: bool,
}

/// A guest's turn at a lane, which ends when this is dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    lanes: &'a Lanes<'a>,
    index: usize,
    cpus: usize,
    /// Is it its image's first guest?
    pub leads: bool,
}

impl<'a> Lanes<'a> {
    /// Shares out `cpus` CPUs among `lanes`.
    #[must_use]
    pub fn new(mut lanes: Vec<Lane<'a>>, cpus: usize) -> Lanes<'a> {
        let progress = |lane: &mut Lane<'_>| {
            let mut left = std::mem::take(&mut lane.cells);
            // In as few shares as can be, for each starts its interpreters, one without a preloaded library and one with
            // it; and first, for theirs are the long ones.
            left.sort_by_key(|cell| {
                (
                    cell.test.language != Language::Python,
                    cell.preload.is_some(),
                )
            });
            Progress {
                left: left.into(),
                guests: 0,
                is_up: false,
            }
        };
        let cpus = cpus.max(1);
        let state = State {
            free: cpus,
            building: vec![Building::Waiting; lanes.len()],
            lanes: lanes.iter_mut().map(progress).collect(),
        };
        Lanes {
            lanes,
            cpus,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// Waits for the next turn: until there is a lane that can do with another guest, and CPUs for it; `None`: there will be
    /// none.
    pub fn next(&'a self) -> Option<Turn<'a>> {
        let mut state = self.state();
        loop {
            if state.lanes.iter().all(|lane| lane.left.is_empty()) {
                return None;
            }
            if let Some(index) = self.choose(&state) {
                let cpus = self.cpus(index);
                let lane = &mut state.lanes[index];
                lane.guests += 1;
                state.free -= cpus;
                let building = &mut state.building[self.image(index)];
                let leads = *building == Building::Waiting;
                if leads {
                    *building = Building::Underway;
                }
                return Some(Turn {
                    lanes: self,
                    index,
                    cpus,
                    leads,
                });
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The lane that has the fewest guests among those that can do with one.
    fn choose(&self, state: &State) -> Option<usize> {
        let open = |index: &usize| {
            let lane = &state.lanes[*index];
            let building = state.building[self.image(*index)];
            let worth = lane.guests == 0 || lane.is_up && cost(&lane.left) >= WORTH;
            !lane.left.is_empty()
                && lane.guests < self.lanes[*index].most
                && worth
                && building != Building::Underway
                && self.cpus(*index) <= state.free
        };
        let open = (0..self.lanes.len()).filter(open);
        open.min_by_key(|index| state.lanes[*index].guests)
    }

    /// How many CPUs a guest of a lane takes; one that has more than there are takes all.
    fn cpus(&self, index: usize) -> usize {
        (self.lanes[index].cpus as usize).clamp(1, self.cpus)
    }

    /// The first lane of a lane's image.
    fn image(&self, index: usize) -> usize {
        let image = &self.lanes[index].plan.image.name;
        let same = |lane: &Lane<'_>| lane.plan.image.name == *image;
        self.lanes.iter().position(same).unwrap_or(index)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Turn<'a> {
    /// Whose turn it is.
    #[must_use]
    pub fn lane(&self) -> &'a Lane<'a> {
        &self.lanes.lanes[self.index]
    }

    /// What the image's lanes need is built, and guests of the others may come.
    pub fn is_built(&self) {
        let image = self.lanes.image(self.index);
        self.lanes.state().building[image] = Building::Over;
        self.lanes.changed.notify_all();
    }

    /// The guest is up, and others may join.
    pub fn is_up(&self) {
        self.lanes.state().lanes[self.index].is_up = true;
        self.lanes.changed.notify_all();
    }

    /// The next cells, half of what is this guest's part of those left; none: there are no more.
    #[must_use]
    pub fn share(&self) -> VecDeque<Cell> {
        let mut state = self.lanes.state();
        let lane = &mut state.lanes[self.index];
        // Other lanes' guests may end, and one of this lane come instead.
        let guests = (self.lanes.cpus / self.cpus).clamp(1, self.lane().most);
        // A lane that can have one guest only is never shared.
        let parts = if guests == 1 { 1 } else { 2 * guests as u64 };
        let part = cost(&lane.left) / parts;
        let mut share = VecDeque::new();
        let mut taken = 0;
        while taken < part.max(WORTH / 2)
            && let Some(cell) = lane.left.pop_front()
        {
            taken += cost([&cell]);
            share.push_back(cell);
        }
        share
    }

    /// The image's cells that no guest has taken yet.
    #[must_use]
    pub fn left(&self) -> Vec<Cell> {
        let state = self.lanes.state();
        let image = self.lanes.image(self.index);
        let lanes = (0..state.lanes.len()).filter(|lane| self.lanes.image(*lane) == image);
        lanes
            .flat_map(|lane| state.lanes[lane].left.iter().cloned())
            .collect()
    }

    /// Takes all cells of the image that are left: it cannot be had.
    pub fn give_up(&self) {
        let mut state = self.lanes.state();
        let image = self.lanes.image(self.index);
        for (index, lane) in state.lanes.iter_mut().enumerate() {
            if self.lanes.image(index) == image {
                lane.left.clear();
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.lanes.state();
        state.free += self.cpus;
        if self.leads {
            state.building[self.lanes.image(self.index)] = Building::Over;
        }
        state.lanes[self.index].guests -= 1;
        drop(state);
        self.lanes.changed.notify_all();
    }
}

/// What cells cost, in runs of a C test.
fn cost<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> u64 {
    let one = |cell: &Cell| {
        let header = &cell.test.header;
        let run = match cell.test.language {
            Language::C => 1,
            Language::Python => PYTHON,
        };
        u64::from(header.repeat) * run
    };
    cells.into_iter().map(one).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;
    use std::fs;
    use vm::Image;

    /// Two images, and a suite of twenty C tests.
    fn plans() -> Vec<Plan> {
        let root = tempfile::tempdir().expect("a temporary directory");
        let folder = root.path().join("tests/queue");
        fs::create_dir_all(&folder).expect("a folder");
        for number in 0..20 {
            let text = "/*---\ntitle: x\nrepeat: 20\n---*/\n";
            fs::write(folder.join(format!("t{number:02}.c")), text).expect("a test");
        }
        let images = root.path().join("images");
        fs::create_dir_all(&images).expect("a folder");
        for name in ["a", "b"] {
            let text = "title: x\nbase: host\ncc: cc\n";
            fs::write(images.join(format!("{name}.yaml")), text).expect("an image");
        }
        let cells = Suite::load(root.path()).expect("a suite").cells();
        let images = Image::load_all(&images).expect("images");
        images
            .iter()
            .map(|image| Plan::new(image, &cells))
            .collect()
    }

    fn lane(plan: &Plan, cpus: u32, most: usize) -> Lane<'_> {
        Lane {
            plan,
            clock: Clock::Virtual,
            cpus,
            most,
            cells: plan.cells.clone(),
        }
    }

    fn image<'a>(turn: &Turn<'a>) -> &'a str {
        &turn.lane().plan.image.name
    }

    #[test]
    fn each_image_gets_a_guest_before_one_gets_two() {
        let plans = plans();
        let lanes = Lanes::new(plans.iter().map(|plan| lane(plan, 1, 9)).collect(), 3);
        let [first, second] = [(); 2].map(|()| lanes.next().expect("a turn"));
        assert_eq!([image(&first), image(&second)], ["a", "b"]);
        assert!(first.leads && second.leads);
        second.is_built();
        second.is_up();
        let third = lanes.next().expect("a turn");
        assert_eq!(image(&third), "b", "the first guest of a is not up yet");
        assert!(!third.leads);
    }

    #[test]
    fn every_cell_is_in_one_share() {
        let plans = plans();
        let lanes = Lanes::new(vec![lane(&plans[0], 1, 9)], 2);
        let first = lanes.next().expect("a turn");
        first.is_built();
        first.is_up();
        let mut shares = vec![first.share()];
        let second = lanes.next().expect("a turn");
        for turn in [&second, &first].into_iter().cycle() {
            let share = turn.share();
            if share.is_empty() {
                break;
            }
            shares.push(share);
        }
        assert!(shares.len() > 3, "in {} shares", shares.len());
        let all: Vec<_> = shares.iter().flatten().map(|cell| &cell.id).collect();
        assert_eq!(
            all,
            Vec::from_iter(plans[0].cells.iter().map(|cell| &cell.id))
        );
        drop((first, second));
        assert!(lanes.next().is_none());
    }

    #[test]
    fn a_guest_waits_for_its_cpus_and_one_with_more_than_there_are_takes_all() {
        let plans = plans();
        let lanes = vec![lane(&plans[0], 4, 1), lane(&plans[1], 1, 1)];
        let lanes = Lanes::new(lanes, 2);
        let all = lanes.next().expect("a turn");
        assert_eq!((image(&all), all.cpus), ("a", 2));
        assert_eq!(
            all.share().len(),
            20,
            "nobody shares what one guest may have"
        );
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| lanes.next().map(|turn| image(&turn)));
            drop(all);
            assert_eq!(waits.join().expect("no panic"), Some("b"));
        });
    }

    #[test]
    fn an_image_s_lanes_wait_until_what_they_need_is_built() {
        let plans = plans();
        let lanes = vec![lane(&plans[0], 1, 9), lane(&plans[0], 2, 9)];
        let lanes = Lanes::new(lanes, 3);
        let first = lanes.next().expect("a turn");
        let taken = first.share().len();
        assert_eq!(first.left().len(), 40 - taken, "those of both lanes");
        std::thread::scope(|scope| {
            let second = scope.spawn(|| lanes.next().map(|turn| (turn.cpus, turn.leads)));
            assert!(lanes.choose(&lanes.state()).is_none());
            first.is_built();
            assert_eq!(second.join().expect("no panic"), Some((2, false)));
        });
    }

    #[test]
    fn an_image_that_cannot_be_had_is_given_up_in_all_its_lanes() {
        let plans = plans();
        let lanes = vec![lane(&plans[0], 1, 9), lane(&plans[0], 2, 9)];
        let lanes = Lanes::new(lanes, 2);
        let turn = lanes.next().expect("a turn");
        turn.give_up();
        drop(turn);
        assert!(lanes.next().is_none());
    }
}
