import { create } from "zustand";

interface Dialogs {
  /** The window that asks where to move what is selected. */
  moving: boolean;
  /** The form of what is selected, where there is no room beside the tree. */
  editing: boolean;
  openMove: () => void;
  openForm: () => void;
  close: () => void;
}

export const useDialogs = create<Dialogs>()((set) => ({
  moving: false,
  editing: false,
  openMove: () => set({ moving: true }),
  openForm: () => set({ editing: true }),
  close: () => set({ moving: false, editing: false }),
}));
