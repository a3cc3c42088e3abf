import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';

export default function ImportPage() {
  return (
    <Page title="Import">
      <Loading />
    </Page>
  );
}
