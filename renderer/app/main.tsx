document.title = "Reelbench";
